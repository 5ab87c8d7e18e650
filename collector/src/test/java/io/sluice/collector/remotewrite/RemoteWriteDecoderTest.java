package io.sluice.collector.remotewrite;

import static io.sluice.collector.prometheus.PrometheusProtos.WRITE_1;
import static io.sluice.collector.prometheus.PrometheusProtos.WRITE_2;
import static io.sluice.collector.prometheus.PrometheusProtos.get;
import static io.sluice.collector.prometheus.PrometheusProtos.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;

import io.sluice.collector.ShuffledEncoding;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.prometheus.NativeHistogram;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Random requests, encoded as protobuf allows and nobody does, against a naive count of them. */
class RemoteWriteDecoderTest {

    private static final Extractor EXTRACTOR =
            new Extractors(1 << 20, RemoteWrite.decoders())
                    .compile(
                            TestPlans.plan(
                                    TestPlans.goodOf(
                                            TestPlans.metric(
                                                    "a_total",
                                                    new Condition.In("code", List.of("1", "2"))),
                                            TestPlans.metric("a_total")),
                                    TestPlans.judged(
                                            TestPlans.metric("g"),
                                            Indicator.Unit.NONE,
                                            Op.LTE,
                                            5)));

    private record Sample(double value, long millis) {}

    private record Given(TreeMap<String, String> labels, List<Sample> samples) {}

    private static LogEntry entry(WriteVersion version, byte[] body) {
        return new LogEntry(
                version.kind(),
                "",
                false,
                Writes.NOW_MILLIS * 1_000_000,
                LogEntry.Encoding.IDENTITY,
                Map.of(),
                body);
    }

    private static List<Given> random(Random random) {
        List<Given> series = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            TreeMap<String, String> labels = new TreeMap<>();
            labels.put("__name__", List.of("a_total", "g", "other", "up").get(random.nextInt(4)));
            for (String name : List.of("code", "job", "zone")) {
                if (random.nextBoolean()) {
                    labels.put(name, "" + random.nextInt(4));
                }
            }
            List<Sample> samples = new ArrayList<>();
            for (int j = random.nextInt(5); j > 0; j--) {
                double value =
                        random.nextInt(8) == 0
                                ? Double.longBitsToDouble(NativeHistogram.STALE_BITS)
                                : random.nextInt(9) - 1;
                long day = 86_400_000;
                samples.add(new Sample(value, Writes.NOW_MILLIS - random.nextLong(3 * day)));
            }
            series.add(new Given(labels, samples));
        }
        return series;
    }

    private static Message message(WriteVersion version, List<Given> series) {
        Writes.Request2 two = new Writes.Request2();
        List<Message> ones = new ArrayList<>();
        for (Given given : series) {
            List<String> labels = new ArrayList<>();
            given.labels.forEach(
                    (name, value) -> {
                        labels.add(name);
                        labels.add(value);
                    });
            ones.add(
                    Writes.series1(
                            labels,
                            f ->
                                    given.samples.forEach(
                                            s ->
                                                    f.add(
                                                            "samples",
                                                            Writes.sample1(s.value, s.millis)))));
            two.series(
                    labels,
                    f ->
                            given.samples.forEach(
                                    s -> f.add("samples", Writes.sample2(s.value, s.millis, 0))));
        }
        return version == WriteVersion.V1
                ? Writes.request1(ones.toArray(Message[]::new))
                : two.build();
    }

    /** What the naive reader says: accepted, gauge values judged, and points of the counter. */
    private static List<Object> naive(List<Given> series) {
        long accepted = 0;
        long rejected = 0;
        long good = 0;
        long total = 0;
        TreeSet<String> points = new TreeSet<>();
        for (Given given : series) {
            for (Sample sample : given.samples) {
                if (sample.millis < Writes.NOW_MILLIS - 2 * 86_400_000L) {
                    rejected++;
                    continue;
                }
                accepted++;
                boolean stale =
                        Double.doubleToRawLongBits(sample.value) == NativeHistogram.STALE_BITS;
                String name = given.labels.get("__name__");
                if (name.equals("g") && !stale) {
                    total++;
                    good += sample.value <= 5 ? 1 : 0;
                }
                if (name.equals("a_total") && (stale || sample.value >= 0)) {
                    long count = stale ? 0 : (long) sample.value * 1000;
                    points.add("total " + sample.millis + " " + count + " " + stale);
                    if (List.of("1", "2").contains(given.labels.getOrDefault("code", ""))) {
                        points.add("good " + sample.millis + " " + count + " " + stale);
                    }
                }
            }
        }
        return List.of(accepted, rejected, good, total, points);
    }

    private static List<Object> ours(Extract extract) {
        TreeSet<String> points = new TreeSet<>();
        for (Extract.Observation o : extract.observations()) {
            boolean isGood = o.good() > 0;
            if (o.good() == 0 && o.total() == 0) {
                continue; // which of the two is told by its stream; the naive set has both
            }
            points.add(
                    (isGood ? "good " : "total ")
                            + o.timeNanos() / 1_000_000
                            + " "
                            + (o.good() + o.total())
                            + " "
                            + o.stale());
        }
        return List.of(
                extract.accepted(),
                extract.rejectedItems(),
                extract.counts().stream().mapToLong(Extract.Counted::good).sum(),
                extract.counts().stream().mapToLong(Extract.Counted::total).sum(),
                points);
    }

    private static List<Object> withoutZeros(List<Object> naive) {
        TreeSet<String> points = new TreeSet<>();
        for (Object point : (TreeSet<?>) naive.get(4)) {
            if (!point.toString().split(" ")[2].equals("0")) {
                points.add(point.toString());
            }
        }
        List<Object> rest = new ArrayList<>(naive.subList(0, 4));
        rest.add(points);
        return rest;
    }

    @Property(tries = 2000)
    void anyEncodingOfEitherVersion_countsWhatANaiveReaderCounts(
            @ForAll long seed, @ForAll WriteVersion version) throws Exception {
        List<Given> series = random(new Random(seed));
        byte[] body = new ShuffledEncoding(seed).encode(message(version, series));

        Extract extract = EXTRACTOR.extract(entry(version, body));

        assertThat(ours(extract)).isEqualTo(withoutZeros(naive(series)));
        assertThat(extract.acceptedByKind().get(SeriesWalk.SAMPLES)).isEqualTo(extract.accepted());
    }

    @Property(tries = 1000)
    void streamsAreTheSame_inBothVersions(@ForAll long seed) throws Exception {
        List<Given> series = random(new Random(seed));
        Extract one =
                EXTRACTOR.extract(
                        entry(WriteVersion.V1, message(WriteVersion.V1, series).toByteArray()));
        Extract two =
                EXTRACTOR.extract(
                        entry(WriteVersion.V2, message(WriteVersion.V2, series).toByteArray()));
        assertThat(two.observations()).isEqualTo(one.observations());
        assertThat(two.heartbeats()).isEqualTo(one.heartbeats());
    }

    @Property(tries = 1000)
    void aRequestSplitAnywhere_countsTheSame(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        List<Given> series = random(random);
        int cut = random.nextInt(series.size() + 1);
        Extract whole = extract(series);
        Extract first = extract(series.subList(0, cut));
        Extract second = extract(series.subList(cut, series.size()));

        assertThat(first.accepted() + second.accepted()).isEqualTo(whole.accepted());
        List<Extract.Observation> parts = new ArrayList<>(first.observations());
        parts.addAll(second.observations());
        assertThat(parts).isEqualTo(whole.observations());
    }

    private static Extract extract(List<Given> series) throws MalformedRequestException {
        return EXTRACTOR.extract(
                entry(WriteVersion.V1, message(WriteVersion.V1, series).toByteArray()));
    }

    @Property(tries = 4000)
    void damagedBytes_areReadOrRefused_neverMore(@ForAll long seed, @ForAll WriteVersion version) {
        Random random = new Random(seed);
        byte[] body = message(version, random(random)).toByteArray();
        if (body.length == 0) {
            return;
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            body[random.nextInt(body.length)] = (byte) random.nextInt();
        }
        byte[] cut = Arrays.copyOf(body, body.length - random.nextInt(body.length));
        try {
            assertThat(EXTRACTOR.extract(entry(version, cut)).sent()).isNotNegative();
        } catch (MalformedRequestException e) {
            if (e.getMessage().startsWith("byte ")) {
                assertThatThrownBy(
                                () ->
                                        (version == WriteVersion.V1 ? WRITE_1 : WRITE_2)
                                                .parse("Request", cut))
                        .isInstanceOf(InvalidProtocolBufferException.class);
            }
        }
    }

    @Property(tries = 300)
    void theOracleReadsWhatItWrote(@ForAll long seed) throws Exception {
        Message message = message(WriteVersion.V2, random(new Random(seed)));
        Message read = WRITE_2.parse("Request", new ShuffledEncoding(seed).encode(message));
        assertThat(list(read, "timeseries")).hasSameSizeAs(list(message, "timeseries"));
        List<ByteString> symbols = list(message, "symbols");
        assertThat(get(read, "symbols")).isEqualTo(symbols);
    }
}
