package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.otlp.OtlpHttpReceiver;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

final class FleetRequestTest {
    private static final long NOW = 1_767_225_605_000_000_000L;

    /** Of three SLIs, the last of which is not full, and no whole number of requests. */
    private static final int SERIES = 4_750;

    private final AtomicLong sequence = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong(NOW);

    @Test
    void everySeriesIsVisitedInTurn_atTheTimeThatItIs_andNoRequestIsARepeat() throws Exception {
        Extractor extractor =
                RequestsTest.extractor(
                        FleetRequest.definitions(SERIES), OtlpHttpReceiver.decoders());
        FleetRequest requests = new FleetRequest(SERIES, sequence::incrementAndGet, nanos::get);
        Map<String, Long> events = new HashMap<>();
        Set<Extract.Identity> seen = new HashSet<>();
        long bad = 0;
        for (int i = 0; i < 19; i++) {
            nanos.addAndGet(10_000_000_000L);
            byte[] body = RequestsTest.bytes(requests.next());
            Extract extract =
                    extractor.extract(
                            new LogEntry(
                                    Protocol.OTLP_HTTP.kind(),
                                    "",
                                    false,
                                    nanos.get(),
                                    Encoding.IDENTITY,
                                    Map.of(),
                                    body));
            assertThat(extract.accepted()).isEqualTo(requests.items());
            assertThat(extract.rejectedItems()).isZero();
            assertThat(extract.lastEventNanos()).isEqualTo(nanos.get());
            assertThat(seen.add(extract.identity())).isTrue();
            for (Extract.Counted counted : extract.counts()) {
                events.merge(counted.measure() + " " + counted.group(), counted.total(), Long::sum);
                bad += counted.total() - counted.good();
            }
        }
        // Twice all of them are 9,500 spans, and so many are 19 requests.
        assertThat(events).hasSize(SERIES);
        assertThat(events.values()).containsOnly(2L);
        assertThat(bad).isEqualTo(19 * 5);
    }

    @Test
    void moreSeriesThanNumbersHaveRoomFor_areRefused() {
        assertThatThrownBy(() -> new FleetRequest(20_000_001, () -> 1, () -> NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("20000001 series, expected 1 to 20000000");
    }
}
