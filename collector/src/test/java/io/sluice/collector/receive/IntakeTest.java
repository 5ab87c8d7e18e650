package io.sluice.collector.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;

import io.sluice.collector.RandomOtlp;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.otlp.OtlpHttpReceiver;
import io.sluice.engine.IngestStatus.Row;
import io.sluice.engine.limit.Offender;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

class IntakeTest {

    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.ofEpochSecond(0, RandomOtlp.NOW));

    private final FakeEngine engine = new FakeEngine();
    private final ReceiverCounters counters = new ReceiverCounters();

    private static long of(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Whatever is sent and whatever goes wrong: accepted + rejected = sent, and what is accepted is
     * what the engine has.
     */
    @Property(tries = 300)
    void acceptedAndRejected_areWhatWasSent(@ForAll long seed) throws Exception {
        RandomOtlp random = new RandomOtlp(seed);
        Random chance = new Random(seed);
        FakeEngine engine = new FakeEngine();
        ReceiverCounters counters = new ReceiverCounters();
        Extractor extractor =
                new Extractors(1 << 20, OtlpHttpReceiver.decoders()).compile(random.spanPlan());
        Intake intake =
                new Intake(
                        () -> extractor,
                        engine,
                        counters,
                        Sources.ORDINARY,
                        Limits.DEFAULTS,
                        CLOCK);
        Map<String, Long> sent = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            engine.failWith(chance.nextInt(5) == 0 ? new IOException("full") : null);
            engine.refuseWith(
                    chance.nextInt(5) == 0
                            ? new OverloadedException("busy", Duration.ofSeconds(1))
                            : null);
            boolean traces = chance.nextBoolean();
            Message request = traces ? random.traces() : random.metrics();
            byte[] body = request.toByteArray();
            boolean broken = body.length > 0 && chance.nextInt(6) == 0;
            byte[] bytes = broken ? Arrays.copyOf(body, body.length - 1) : body;
            String kind = traces ? "otlp-traces" : "otlp-metrics";
            String signal = traces ? "spans" : "metrics";
            try {
                Extract extract = intake.take("test", kind, "", Encoding.IDENTITY, Map.of(), bytes);
                sent.merge(signal, extract.sent(), Long::sum);
            } catch (OverloadedException | IOException e) {
                // Refused as a whole: what was in it, asked of the same extractor.
                sent.merge(signal, sentIn(extractor, kind, bytes), Long::sum);
            } catch (MalformedRequestException e) {
                sent.merge(ReceiverCounters.REQUESTS, 1L, Long::sum);
            }
        }

        Map<String, Long> counted = new HashMap<>();
        counters.rows()
                .forEach(
                        row ->
                                counted.put(
                                        row.signal(),
                                        row.accepted() + of(row.rejected()) + of(row.dropped())));
        assertThat(counted).isEqualTo(sent);
        assertThat(counters.rows().stream().mapToLong(Row::requests).sum()).isEqualTo(20);
        assertThat(counters.rows().stream().mapToLong(Row::accepted).sum())
                .isEqualTo(
                        engine.accepted().stream()
                                .mapToLong(accepted -> accepted.extract().accepted())
                                .sum());
    }

    private static long sentIn(Extractor extractor, String kind, byte[] body)
            throws MalformedRequestException {
        return extractor
                .extract(
                        new io.sluice.engine.log.LogEntry(
                                kind, "", false, RandomOtlp.NOW, Encoding.IDENTITY, Map.of(), body))
                .sent();
    }

    /** Fails as soon as something is decoded. */
    private Intake readingNothing(Limits limits) {
        return new Intake(
                () -> {
                    throw new AssertionError("nothing is extracted");
                },
                engine,
                counters,
                Sources.ORDINARY,
                limits,
                CLOCK);
    }

    @Test
    void whatHasNoRoom_isRefusedUndecoded_andCountedAsARequest() {
        OverloadedException full = new OverloadedException("full", Duration.ofSeconds(1));
        engine.noRoom(full);
        Intake intake = readingNothing(Limits.DEFAULTS);

        assertThatThrownBy(
                        () ->
                                intake.take(
                                        "test",
                                        "otlp-traces",
                                        "shop",
                                        Encoding.IDENTITY,
                                        Map.of(),
                                        new byte[9]))
                .isSameAs(full);
        assertThatThrownBy(
                        () ->
                                intake.takeFetched(
                                        "test", "otlp-traces", false, Map.of(), new byte[9]))
                .isSameAs(full);

        assertThat(counters.rows())
                .containsExactly(
                        new Row(
                                "test",
                                ReceiverCounters.REQUESTS,
                                2,
                                0,
                                Map.of(RejectReason.OVERLOAD, 2L),
                                Map.of()));
        assertThat(counters.offenders()).extracting(Offender::who).contains("test, source shop");
    }

    @Test
    void bytesInFlight_areBounded_andGivenBack() throws Exception {
        Intake intake = readingNothing(new Limits(100, 250));
        try (BytesInFlight.Hold first = intake.bytesInFlight().hold();
                BytesInFlight.Hold second = intake.bytesInFlight().hold()) {
            first.add(200);
            assertThatThrownBy(() -> second.add(51)).isInstanceOf(OverloadedException.class);
            second.add(50);
        }
        try (BytesInFlight.Hold third = intake.bytesInFlight().hold()) {
            third.add(250);
        }
    }

    @Test
    void limits_thatLeaveNoRoomForOneBody_areRefused() {
        assertThatThrownBy(() -> new Limits(100, 99)).isInstanceOf(IllegalArgumentException.class);
    }
}
