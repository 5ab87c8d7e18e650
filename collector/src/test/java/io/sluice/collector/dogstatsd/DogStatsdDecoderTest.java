package io.sluice.collector.dogstatsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.Summary;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Extractors;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.RejectReason;
import io.sluice.engine.series.SeriesKey;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Names begin with the line of DogStatsD's checklist that they prove. */
class DogStatsdDecoderTest {

    private static final long NOW_SECONDS = 1_767_225_605;
    private static final long NOW = NOW_SECONDS * 1_000_000_000;
    private static final long BUCKET = 1_767_225_600;

    private final Extractor extractor =
            new Extractors(1 << 20, DogStatsdReceiver.decoders())
                    .compile(
                            TestPlans.plan(
                                    TestPlans.goodOf(
                                            TestPlans.metric(
                                                    "orders",
                                                    new Condition.In("side", List.of("platform"))),
                                            TestPlans.metric("orders")),
                                    TestPlans.judged(
                                            TestPlans.metric("latency"),
                                            Indicator.Unit.NONE,
                                            NaiveDogStatsd.OP,
                                            NaiveDogStatsd.BOUND),
                                    TestPlans.judged(
                                            TestPlans.metric("latency"),
                                            Indicator.Unit.MILLISECONDS,
                                            NaiveDogStatsd.OP,
                                            NaiveDogStatsd.BOUND),
                                    TestPlans.badOf(
                                            TestPlans.events(
                                                    "deploy",
                                                    new Condition.In(
                                                            "alert_type", List.of("error"))),
                                            TestPlans.events("deploy"))));

    private Extract extract(List<byte[]> datagrams) throws MalformedRequestException {
        Datagrams batch = new Datagrams();
        datagrams.forEach(datagram -> batch.add(datagram, datagram.length));
        return extractor.extract(entry(batch.take()));
    }

    private static LogEntry entry(byte[] body) {
        return new LogEntry(
                DogStatsdDecoder.KIND, "", false, NOW, LogEntry.Encoding.IDENTITY, Map.of(), body);
    }

    private Extract extract(String... datagrams) throws MalformedRequestException {
        return extract(
                Arrays.stream(datagrams)
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList());
    }

    private static long total(Extract extract, int measure) {
        return extract.counts().stream()
                .filter(counted -> counted.measure() == measure)
                .mapToLong(Extract.Counted::total)
                .sum();
    }

    private static long totalThousandths(Extract extract, int measure) {
        return extract.counts().stream()
                .filter(counted -> counted.measure() == measure)
                .mapToLong(Extract.Counted::totalThousandths)
                .sum();
    }

    @Test
    void d01_messagesAreSeparatedByLineFeedsAndTheLastOneIsOptional()
            throws MalformedRequestException {
        Extract extract = extract("orders:1|c\norders:2|c\n", "orders:3|c\n\norders:4|c");

        assertThat(extract.accepted()).isEqualTo(4);
        assertThat(total(extract, 0)).isEqualTo(10);
        assertThat(extract.rejected()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "orders:2|c, 0, 2",
        "orders:2|g, 0, 1",
        "latency:2|h, 1, 1",
        "latency:2|d, 1, 1",
        "latency:2|ms, 1, 1"
    })
    void d02_aCounterAddsItsValueAndEveryOtherValueIsOneEvent(
            String message, int measure, long total) throws MalformedRequestException {
        assertThat(total(extract(message), measure)).isEqualTo(total);
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders:1|z", "orders:1|", "orders:1|cc"})
    void d02_unknownTypesAreCountedAsUnsupported(String message) throws MalformedRequestException {
        Extract extract = extract(message + "\norders:1|c");

        assertThat(extract.rejected()).isEqualTo(Map.of(RejectReason.UNSUPPORTED, 1L));
        assertThat(extract.accepted()).isEqualTo(1);
        assertThat(total(extract, 0)).isEqualTo(1);
    }

    @Test
    void d03_aRateMakesEventsWeighMore() throws MalformedRequestException {
        Extract extract =
                extract("orders:3|c|@0.1\nlatency:5|h|@0.25\nlatency:5|ms|@0.5\nlatency:5|d|@1");

        assertThat(total(extract, 0)).isEqualTo(3);
        assertThat(totalThousandths(extract, 0)).isEqualTo(30_000);
        assertThat(total(extract, 1)).isEqualTo(3);
        assertThat(totalThousandths(extract, 1)).isEqualTo(4_000 + 2_000 + 1_000);
    }

    @Test
    void d03_aGaugeIsOneEventWhateverItsRate() throws MalformedRequestException {
        assertThat(totalThousandths(extract("latency:5|g|@0.1"), 1)).isEqualTo(1_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0.5", "1.01", "nan", ""})
    void d03_aRateThatIsNotAboveZeroAndAtMostOneIsRefused(String rate)
            throws MalformedRequestException {
        Extract extract = extract("orders:1:2|c|@" + rate + "\norders:7|c");

        assertThat(extract.rejected()).isEqualTo(Map.of(RejectReason.INVALID_VALUE, 2L));
        assertThat(total(extract, 0)).isEqualTo(7);
    }

    @Test
    void d04_packedValuesAreOneItemEachAndEmptyOnesNone() throws MalformedRequestException {
        Extract extract = extract("latency:1::2:300:|d|#side:legacy");

        assertThat(extract.accepted()).isEqualTo(3);
        assertThat(total(extract, 1)).isEqualTo(3);
    }

    @Test
    void d04_aPackedValueThatIsNoNumberLeavesTheOthers() throws MalformedRequestException {
        Extract extract = extract("latency:1:fast:2|d");

        assertThat(extract.rejected()).isEqualTo(Map.of(RejectReason.INVALID_VALUE, 1L));
        assertThat(total(extract, 1)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders:1|c|c:83c0a99c0a54c0c187f461c7980e9b57f3f6a8b0c918c8d93df19a9de6f3fe1d",
                "orders:1|c|c:ci-83c0a99c|#side:legacy",
                "orders:1|c|c:in-4026531836|e:it-false,cn-shop|card:low",
                "orders:1|c|#side:legacy|card:none|@1|unknown:field|x"
            })
    void d05_d07_d08_fieldsComeInAnyOrderAndWhatDoesNotCountIsSkipped(String message)
            throws MalformedRequestException {
        Extract extract = extract(message);

        assertThat(extract.rejected()).isEmpty();
        assertThat(total(extract, 0)).isEqualTo(1);
    }

    @Test
    void d06_aTimestampNamesTheBucket() throws MalformedRequestException {
        Extract extract =
                extract(
                        "orders:1|c|T"
                                + (NOW_SECONDS - 100)
                                + "\nlatency:1|g|T"
                                + (NOW_SECONDS - 200));

        assertThat(extract.counts())
                .extracting(Extract.Counted::bucket)
                .contains(BUCKET - 100, BUCKET - 200);
    }

    @Test
    void d06_aTimestampOfATimerIsNotForUs() throws MalformedRequestException {
        Extract extract = extract("latency:1|ms|T" + (NOW_SECONDS - 100));

        assertThat(extract.counts()).extracting(Extract.Counted::bucket).containsOnly(BUCKET);
    }

    @ParameterizedTest
    @CsvSource({
        "0, INVALID_TIME",
        "-5, INVALID_TIME",
        "1.5, INVALID_TIME",
        "now, INVALID_TIME",
        "1, TOO_OLD",
        "1767226300, FUTURE",
        "99999999999999999, FUTURE"
    })
    void d06_aTimestampThatIsNoneOrOutOfBoundsIsRefused(String timestamp, RejectReason reason)
            throws MalformedRequestException {
        Extract extract = extract("orders:1|c|T" + timestamp);

        assertThat(extract.rejected()).isEqualTo(Map.of(reason, 1L));
        assertThat(extract.accepted()).isZero();
    }

    @Test
    void d09_aSignedGaugeIsAValueNotAChange() throws MalformedRequestException {
        Extract extract = extract("latency:-5|g\nlatency:+500|g");

        assertThat(total(extract, 1)).isEqualTo(2);
        assertThat(extract.counts().stream().mapToLong(Extract.Counted::good).max()).hasValue(1);
    }

    @Test
    void d10_aSetCountsDistinctValuesPerTenSeconds() throws MalformedRequestException {
        Extract extract =
                extract(
                        "orders:ann|s|#side:platform\norders:bob|s|#side:platform",
                        "orders:ann|s|#side:platform\norders:ann|s|#side:legacy\nother:ann|s");

        assertThat(extract.accepted()).isEqualTo(5);
        assertThat(extract.counts()).isEmpty();
        // A counter that stands at one and is told twice has counted once, so three are counted.
        assertThat(extract.observations().stream().filter(seen -> seen.total() > 0).distinct())
                .hasSize(3);
        assertThat(extract.observations().stream().filter(seen -> seen.good() > 0).distinct())
                .hasSize(2);
        assertThat(extract.observations())
                .allSatisfy(
                        seen -> {
                            assertThat(seen.good() + seen.total()).isEqualTo(Accumulator.ONE);
                            assertThat(seen.startNanos()).isEqualTo(BUCKET * 1_000_000_000);
                            assertThat(seen.timeNanos())
                                    .isEqualTo((BUCKET + 10) * 1_000_000_000 - 1);
                        });
    }

    @Test
    void d10_theOrderOfTagsIsNoDifference_andAValueIsNoTag() throws MalformedRequestException {
        Extract extract =
                extract(
                        "orders:a|s|#x:1,y:2\norders:a|s|#y:2,x:1\norders:x:1|s|#a,y:2\norders:a|s|#x:1,y:2|@0.5");

        assertThat(extract.observations().stream().distinct()).hasSize(2);
        assertThat(extract.observations()).hasSize(4);
    }

    @Test
    void d04_aSetsValueIsNotUnpacked() throws MalformedRequestException {
        Extract extract = extract("orders:1:2:3|s\norders::|s\norders:|s");

        assertThat(extract.accepted()).isEqualTo(2);
        assertThat(extract.rejected()).isEqualTo(Map.of(RejectReason.MALFORMED, 1L));
        assertThat(extract.observations()).hasSize(2).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "_e{6,4}:deploy|text|t:error|#side:platform; 1",
                "_e{6,0}:deploy||t:error; 1",
                "_e{6,9}:deploy|ä | ö|b|p:low|t:error|k:key|s:jenkins|h:web-1; 1",
                "_e{6,4}:deploy|text; 0",
                "_e{6,4}:deploy|text|t:fatal|p:urgent|d:yesterday|nonsense; 0",
                "_e{6,4}:deploy|text|t:error|t:info; 0"
            })
    void d11_anEventCountsByItsTitle_andFieldsThatAreNoneAreIgnored(String event, int bad)
            throws MalformedRequestException {
        Extract extract = extract(event);

        assertThat(extract.rejected()).isEmpty();
        assertThat(extract.accepted()).isEqualTo(1);
        assertThat(total(extract, 3)).isEqualTo(1);
        assertThat(extract.counts().getFirst().good()).isEqualTo(1 - bad);
    }

    @Test
    void d11_anEventSaysWhenItWas_andALineFeedInItsTitleIsEscaped()
            throws MalformedRequestException {
        Extractor titled =
                new Extractors(1 << 20, DogStatsdReceiver.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.events("größer\nals"),
                                                TestPlans.events("größer\nals"))));
        byte[] datagram =
                ("_e{13,1}:größer\\nals|x|d:" + (NOW_SECONDS - 100))
                        .getBytes(StandardCharsets.UTF_8);
        Datagrams batch = new Datagrams();
        batch.add(datagram, datagram.length);

        Extract extract = titled.extract(entry(batch.take()));

        assertThat(extract.counts()).hasSize(1);
        assertThat(extract.counts().getFirst().bucket()).isEqualTo(BUCKET - 100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_e{0,4}:|text",
                "_e{7,4}:deploy|text",
                "_e{6,5}:deploy|text",
                "_e{6,3}:deploy|text",
                "_e{6}:deploy|text",
                "_e{6,4}deploy|text",
                "_e{-6,4}:deploy|text",
                "_e{99999,99999}:deploy|text",
                "_e{999999999999,4}:deploy|text",
                "_e{6,4}:deploy",
                "_e{6,4}",
                "_e{",
                "_e{,}:|"
            })
    void d11_anEventWhoseLengthsAreWrongIsMalformed_andAnEmptyTitleToo(String event)
            throws MalformedRequestException {
        Extract extract = extract(event + "\norders:1|c");

        assertThat(extract.rejected()).isEqualTo(Map.of(RejectReason.MALFORMED, 1L));
        assertThat(total(extract, 0)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "_sc|latency|0; 1; 0",
                "_sc|latency|1|h:web-1|#side:legacy|m:nearly | full|#side:platform; 1; 0",
                "_sc|latency|2|d:1767225505; 1; -100",
                "_sc|latency|2|d:1767225505|d:1767225555; 1; -50",
                "_sc|latency|2|m:d:1767225505; 1; 0",
                "_sc|latency|2|m:x|d:1767225505; 1; 0",
                "_sc|latency|3; 0; 0"
            })
    void d12_aServiceCheckIsAGaugeOfItsStatus_andUnknownIsNotJudged(
            String check, int total, int bucketOffset) throws MalformedRequestException {
        Extract extract = extract(check);

        assertThat(extract.accepted()).isEqualTo(1);
        assertThat(total(extract, 1)).isEqualTo(total);
        assertThat(extract.counts())
                .extracting(Extract.Counted::bucket)
                .allMatch(bucket -> bucket == BUCKET + bucketOffset);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "_sc|latency|4; INVALID_VALUE",
                "_sc|latency|-1; INVALID_VALUE",
                "_sc|latency|OK; INVALID_VALUE",
                "_sc|latency|; MALFORMED",
                "_sc|latency; MALFORMED",
                "_sc||0; MALFORMED",
                "_sc|; MALFORMED"
            })
    void d12_aServiceCheckWithoutAStatusIsRefused(String check, RejectReason reason)
            throws MalformedRequestException {
        assertThat(extract(check).rejected()).isEqualTo(Map.of(reason, 1L));
    }

    @Test
    void d12_thatAServiceWasCheckedIsNoSignThatItLives() throws MalformedRequestException {
        assertThat(extract("_sc|up|2|#service:shop").heartbeats()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders",
                "orders:1",
                "orders|c",
                ":1|c",
                "orders:|c",
                "orders:::|c",
                "|",
                ":",
                "orders|c|c:in-1|#side:platform"
            })
    void d14_aMalformedLineDoesNotLoseItsNeighbours(String malformed)
            throws MalformedRequestException {
        Extract extract = extract("orders:1|c\n" + malformed + "\norders:2|c");

        assertThat(extract.rejected()).isEqualTo(Map.of(RejectReason.MALFORMED, 1L));
        assertThat(total(extract, 0)).isEqualTo(3);
    }

    @Test
    void d17_aTagThatIsNoTextIsRefused() throws MalformedRequestException {
        byte[] datagram =
                "orders:1|c|#side:?\norders:1|c|#side:größer".getBytes(StandardCharsets.UTF_8);
        datagram[17] = (byte) 0xff;

        Extract extract = extract(List.of(datagram));

        assertThat(extract.rejected()).isEqualTo(Map.of(RejectReason.MALFORMED, 1L));
        assertThat(extract.accepted()).isEqualTo(1);
    }

    @Test
    void theServiceTagIsTheServiceThatWasHeardOf() throws MalformedRequestException {
        Extract extract =
                extract(
                        "orders:1|c|#service:shop-frontend,side:legacy\norders:1|c|#service:search\norders:1|c");

        assertThat(extract.heartbeats())
                .containsExactlyInAnyOrder(
                        new Extract.Heartbeat("shop-frontend", BUCKET),
                        new Extract.Heartbeat("search", BUCKET));
    }

    @Test
    void aTagMayHaveColonsInItsValue_orNoValue_andTheLastOfTwoCounts()
            throws MalformedRequestException {
        Extract extract = extract("orders:1|c|#canary,url:http://x,side:legacy,side:platform");

        assertThat(extract.counts().getFirst().good()).isEqualTo(1);
    }

    @Test
    void valuesTooLargeToCountAreRefused() throws MalformedRequestException {
        Extract extract = extract("orders:1e16|c\norders:1e15|c|@0.01\norders:9007199254740992|c");

        assertThat(extract.rejected()).isEqualTo(Map.of(RejectReason.INVALID_VALUE, 2L));
        assertThat(total(extract, 0)).isEqualTo(9_007_199_254_740_992L);
    }

    @Test
    void twoEqualBatchesAreNotOneRepeated() throws MalformedRequestException {
        assertThat(extract("orders:1|c").identity()).isNull();
    }

    @Test
    void aBatchThatEndsWithinADatagramIsMalformed() {
        assertThatThrownBy(() -> extractor.extract(entry(new byte[] {0, 5, 'a'})))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessage("the batch ends within the datagram at byte 0");
    }

    @Property(tries = 500)
    void countsEqualThoseOfANaiveReader(@ForAll("datagrams") List<byte[]> datagrams)
            throws MalformedRequestException {
        assertThat(Summary.of(extract(datagrams)))
                .isEqualTo(new NaiveDogStatsd(NOW).read(datagrams));
    }

    @Property(tries = 300)
    void whatIsKnownAlreadyCountsAsWhatIsRead(@ForAll("datagrams") List<byte[]> datagrams)
            throws MalformedRequestException {
        Summary expected = new NaiveDogStatsd(NOW).read(datagrams);

        // A metric is remembered when it comes the second time, and found from then on.
        for (int time = 1; time <= 4; time++) {
            assertThat(Summary.of(extract(datagrams))).as("time %d", time).isEqualTo(expected);
        }
    }

    @Test
    void whatIsKnownAlreadyFindsTheSameGroupsFull() throws MalformedRequestException {
        MeasurePlan byRegion =
                TestPlans.plan(
                        TestPlans.badOf(
                                grouped("orders", new Condition.In("side", List.of("legacy"))),
                                grouped("orders")));
        List<byte[]> datagrams = new ArrayList<>();
        for (int i = 0; i < Accumulator.MAX_GROUPS + 50; i++) {
            String side = i % 2 == 0 ? "legacy" : "platform";
            String message = "orders:1|c|#side:%s,region:r%d,version:v%d".formatted(side, i, i / 7);
            datagrams.add(message.getBytes(StandardCharsets.UTF_8));
            datagrams.add("orders:1|c|#side:legacy".getBytes(StandardCharsets.UTF_8));
        }
        datagrams.addAll(datagrams.subList(0, 300));
        Datagrams batch = new Datagrams();
        datagrams.forEach(datagram -> batch.add(datagram, datagram.length));
        LogEntry entry = entry(batch.take());
        Extractors extractors = new Extractors(1 << 20, DogStatsdReceiver.decoders());
        Extract first = extractors.compile(byRegion).extract(entry);
        Extractor knowing = extractors.compile(byRegion);

        assertThat(first.counts())
                .extracting(Extract.Counted::group)
                .contains("r0", SeriesKey.OVERFLOW_GROUP);
        assertThat(first.badBy()).isNotEmpty();
        for (int time = 1; time <= 4; time++) {
            assertThat(knowing.extract(entry)).as("time %d", time).isEqualTo(first);
        }
    }

    private static EventSource.Metrics grouped(String metric, Condition... where) {
        EventSource.Metrics source = TestPlans.metric(metric, where);
        return new EventSource.Metrics(
                source.service(),
                source.metric(),
                source.where(),
                Optional.of("region"),
                List.of("version"));
    }

    @Property(tries = 500)
    void anyBytesAreCountedAndNeverThrow(@ForAll List<byte[]> datagrams)
            throws MalformedRequestException {
        assertThat(Summary.of(extract(datagrams)))
                .isEqualTo(new NaiveDogStatsd(NOW).read(datagrams));
    }

    @Provide
    Arbitrary<List<byte[]>> datagrams() {
        Arbitrary<String> name = Arbitraries.of("orders", "latency", "other", "", "latenz-ä");
        Arbitrary<String> value =
                Arbitraries.oneOf(
                        Arbitraries.of(
                                "", "1", "-3", "+2", "1.5", "1e3", "x", "NaN", ".5", "5.",
                                "99.9999", "1e300"),
                        Arbitraries.integers().map(String::valueOf));
        Arbitrary<String> type = Arbitraries.of("c", "c", "g", "h", "d", "ms", "s", "m", "");
        Arbitrary<String> field =
                Arbitraries.of(
                        "@0.1",
                        "@0.333",
                        "@0",
                        "@2",
                        "@x",
                        "#side:platform",
                        "#side:legacy,service:cart",
                        "#service:auth,,side:platform,",
                        "#service,x",
                        "#",
                        "T1767225601",
                        "T1767220000",
                        "T1",
                        "T",
                        "T-1",
                        "T2000000000",
                        "c:in-7",
                        "",
                        "card:low");
        Arbitrary<String> message =
                Combinators.combine(
                                name,
                                value.list().ofMinSize(1).ofMaxSize(4),
                                type,
                                field.list().ofMaxSize(4))
                        .as(
                                (n, values, t, fields) ->
                                        n
                                                + ":"
                                                + String.join(":", values)
                                                + "|"
                                                + t
                                                + (fields.isEmpty()
                                                        ? ""
                                                        : "|" + String.join("|", fields)));
        Arbitrary<String> line =
                Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(8, message),
                        net.jqwik.api.Tuple.of(
                                1,
                                Arbitraries.of(
                                        "",
                                        "_sc|a|0",
                                        "_sc|latency|2|#service:cart",
                                        "_sc|latency|3",
                                        "_sc|latency|7",
                                        "_sc|latency|1|T1|m:x|#service:auth",
                                        "_e{1,1}:a|b",
                                        "_e{6,2}:deploy|ä|t:error|#service:cart",
                                        "_e{6,2}:deploy|b|",
                                        "_e{6,0}:deploy||t:x|d:1767220000",
                                        "_e{6,0}:deploy||d:1",
                                        "nonsense",
                                        "a|b:c")));
        return line.list()
                .ofMaxSize(6)
                .map(lines -> String.join("\n", lines).getBytes(StandardCharsets.UTF_8))
                .list()
                .ofMaxSize(4);
    }
}
