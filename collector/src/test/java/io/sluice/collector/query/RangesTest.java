package io.sluice.collector.query;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class RangesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:07Z");
    private static final long SECOND = NOW.getEpochSecond();

    private static QueryServer server(int intervalSeconds) {
        QueryServer usual = QueryServer.usual(URI.create("http://127.0.0.1:9090"));
        return new QueryServer(
                usual.url(),
                Duration.ofSeconds(intervalSeconds),
                usual.delay(),
                usual.timeout(),
                usual.history(),
                usual.access());
    }

    @Test
    void whatIsDueLiesOnTheGrid_andTheDelayBack() {
        assertThat(Ranges.next(server(30), SECOND - 100, false, NOW))
                .isEqualTo(new Ranges(SECOND - 97, SECOND - 37, 30, false));
        assertThat(Ranges.next(server(30), SECOND - 36, false, NOW).isEmpty()).isTrue();
    }

    @Test
    void whatIsNewIsHistoryUpToNow_whatIsKnownOnlyWhereItWouldBeTooOld() {
        assertThat(Ranges.next(server(30), SECOND - 3607, true, NOW))
                .isEqualTo(new Ranges(SECOND - 3607, SECOND - 67, 60, true));
        assertThat(Ranges.next(server(30), SECOND - 66, true, NOW))
                .isEqualTo(new Ranges(SECOND - 37, SECOND - 37, 30, true));
        assertThat(Ranges.next(server(30), SECOND - 3607, false, NOW))
                .isEqualTo(new Ranges(SECOND - 3607, SECOND - 37, 30, false));
        assertThat(Ranges.next(server(30), SECOND - 3 * 86_400, false, NOW).history()).isTrue();
    }

    /** However asked, every instant is asked for once, in order, up to the one that is due. */
    @Property
    void rangesFollowEachOtherUpToWhatIsDue(
            @ForAll @IntRange(min = 1, max = 12) int tens,
            @ForAll @LongRange(min = 0, max = 4_000_000) long back,
            @ForAll boolean isNew) {
        QueryServer server = server(10 * tens);
        List<Long> asked = new ArrayList<>();
        long next = SECOND - back;
        for (Ranges ranges = Ranges.next(server, next, isNew, NOW);
                !ranges.isEmpty();
                ranges = Ranges.next(server, next, isNew, NOW)) {
            assertThat((ranges.toSecond() - ranges.fromSecond()) / ranges.stepSeconds())
                    .isLessThan(Ranges.MAX_POINTS);
            assertThat(ranges.history())
                    .isEqualTo(isNew || ranges.toSecond() <= SECOND - Ranges.LATE.toSeconds());
            for (long at = ranges.fromSecond();
                    at <= ranges.toSecond();
                    at += ranges.stepSeconds()) {
                assertThat(at % server.interval().toSeconds()).isZero();
                asked.add(at);
            }
            next = ranges.nextSecond();
        }
        assertThat(asked).isSorted().doesNotHaveDuplicates();
        long due = Math.floorDiv(SECOND - 10, 10L * tens) * 10 * tens;
        if (due >= SECOND - back) {
            assertThat(asked.getLast()).isEqualTo(due);
        }
        for (int i = 1; i < asked.size(); i++) {
            assertThat(asked.get(i) - asked.get(i - 1)).isLessThanOrEqualTo(2 * 120);
        }
    }
}
