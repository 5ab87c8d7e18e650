package io.sluice.dashboard.pages;

import io.sluice.engine.IngestStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How fast items come in: the difference of two looks at the counters, about a minute apart. The
 * engine's changes make the looks, so that whoever opens the page finds one. Thread-safe.
 */
final class IngestRates {
    /** Rates over less would flicker. */
    static final Duration GAP = Duration.ofSeconds(10);

    private static final int LOOKS = 6;

    private record Look(Instant at, List<IngestStatus.Row> rows) {}

    private final IngestStatus ingest;
    private final Deque<Look> looks = new ArrayDeque<>();

    IngestRates(IngestStatus ingest) {
        this.ingest = ingest;
    }

    /** Looks, unless it did a moment ago. */
    synchronized void look(Instant now) {
        Look last = looks.peekLast();
        if (last != null && now.isBefore(last.at().plus(GAP))) {
            return;
        }
        looks.addLast(new Look(now, ingest.rows()));
        if (looks.size() > LOOKS) {
            looks.removeFirst();
        }
    }

    /** Accepted items a second; empty until there is an earlier look to compare with. */
    synchronized OptionalDouble perSecond(IngestStatus.Row row, Instant now) {
        Look first = looks.peekFirst();
        if (first == null || now.isBefore(first.at().plus(GAP))) {
            return OptionalDouble.empty();
        }
        long before =
                first.rows().stream()
                        .filter(
                                old ->
                                        old.receiver().equals(row.receiver())
                                                && old.signal().equals(row.signal()))
                        .mapToLong(IngestStatus.Row::accepted)
                        .sum();
        double seconds = Duration.between(first.at(), now).toMillis() / 1e3;
        return OptionalDouble.of((row.accepted() - before) / seconds);
    }
}
