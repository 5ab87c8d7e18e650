package io.sluice.engine.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.measure.Extract.Identity;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class RepeatsTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    @Test
    void requestSentTwice_isNewOnce() {
        Repeats repeats = new Repeats();

        assertThat(repeats.admit(new Identity(1, 2), 1, 0)).isTrue();
        assertThat(repeats.admit(new Identity(1, 2), 2, 14 * MINUTE)).isFalse();
        assertThat(repeats.admit(new Identity(2, 1), 3, 14 * MINUTE)).isTrue();
    }

    @Test
    void requestSentAgainAfterTheHorizon_isNew() {
        Repeats repeats = new Repeats();
        repeats.admit(new Identity(1, 2), 1, 0);

        assertThat(repeats.admit(new Identity(1, 2), 2, 15 * MINUTE + 1)).isTrue();
    }

    @Test
    void fullMemory_shortensTheHorizon() {
        Repeats repeats = new Repeats(100);
        for (int i = 0; i < 200; i++) {
            repeats.admit(new Identity(i, i), i + 1, i * 1_000_000_000L);
        }

        assertThat(repeats.effectiveHorizon()).isEqualTo(Duration.ofSeconds(99));
        assertThat(repeats.oldestOffset(201)).isEqualTo(101);
    }

    record Request(int identity, int secondsLater) {}

    @Provide
    Arbitrary<List<Request>> requests() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 40),
                        // Clocks step back, too.
                        Arbitraries.integers().between(-60, 120))
                .as(Request::new)
                .list()
                .ofMaxSize(400);
    }

    @Property(tries = 300)
    void remembersExactlyTheNewestRecords(@ForAll("requests") List<Request> requests) {
        Repeats repeats = new Repeats(64);
        List<long[]> naive = new ArrayList<>();
        long nanos = 0;
        long clock = Long.MIN_VALUE;
        for (int i = 0; i < requests.size(); i++) {
            nanos += requests.get(i).secondsLater() * 1_000_000_000L;
            clock = Math.max(clock, nanos);
            long oldest = clock - Repeats.HORIZON.toNanos();
            naive.removeIf(seen -> seen[1] < oldest);
            while (naive.size() >= 64) {
                naive.removeFirst();
            }
            int identity = requests.get(i).identity();
            boolean isNew = naive.stream().noneMatch(seen -> seen[0] == identity);
            naive.add(new long[] {identity, clock});

            assertThat(repeats.admit(new Identity(identity, -identity), i + 1, nanos))
                    .isEqualTo(isNew);
        }
    }

    @Property(tries = 300)
    void rebuiltFromItsOldestRecord_decidesTheSame(
            @ForAll("requests") List<Request> requests,
            @ForAll @net.jqwik.api.constraints.IntRange(max = 400) int cut) {
        Repeats uninterrupted = new Repeats(64);
        Repeats rebuilt = new Repeats(64);
        long[] nanos = new long[requests.size() + 1];
        for (int i = 0; i < requests.size(); i++) {
            nanos[i + 1] = nanos[i] + requests.get(i).secondsLater() * 1_000_000_000L;
        }
        for (int i = 1; i <= requests.size(); i++) {
            Identity identity = new Identity(requests.get(i - 1).identity(), 0);
            if (i == cut) {
                rebuilt = new Repeats(64);
                rebuilt.startAt(uninterrupted.oldestNanos());
                for (long k = uninterrupted.oldestOffset(i); k < i; k++) {
                    rebuilt.admit(
                            new Identity(requests.get((int) k - 1).identity(), 0),
                            k,
                            nanos[(int) k]);
                }
            }
            boolean expected = uninterrupted.admit(identity, i, nanos[i]);
            if (i >= cut) {
                assertThat(rebuilt.admit(identity, i, nanos[i])).isEqualTo(expected);
            }
        }
    }
}
