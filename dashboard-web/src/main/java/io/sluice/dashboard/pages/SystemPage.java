package io.sluice.dashboard.pages;

import io.sluice.engine.IngestStatus;
import io.sluice.engine.SloEngine;
import io.sluice.engine.Vitals;
import io.sluice.engine.fold.FoldStatus;
import io.sluice.engine.limit.Limit;
import io.sluice.engine.limit.LimitTable;
import io.sluice.engine.limit.Offender;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How Sluice itself does: what comes in, what it keeps, which limits are near, what it noticed.
 *
 * @param tone {@code met}, or {@code burning} if figures may be incomplete
 * @param headline the one sentence
 */
public record SystemPage(
        String tone,
        String headline,
        List<ReceiverRow> receivers,
        List<LimitRow> limits,
        List<OffenderRow> offenders,
        List<Noticed> noticed) {

    /**
     * Who causes much of something.
     *
     * @param over by how much the count may be too high; empty if it is exact
     */
    public record OffenderRow(String what, String who, String rule, String count, String over) {

        static OffenderRow of(Offender offender) {
            return new OffenderRow(
                    switch (offender.what()) {
                        case REFUSED_ITEMS -> "Refused or lost items";
                        case BYTES -> "Bytes";
                        case NEW_SERIES -> "New series";
                        case OVERFLOW -> "Contributions without a series";
                    },
                    offender.who(),
                    offender.rule().replace('_', ' '),
                    offender.what() == Offender.What.BYTES
                            ? Format.bytes(offender.count())
                            : Format.count(offender.count()),
                    offender.over() == 0 ? "" : Format.count(offender.over()));
        }
    }

    /**
     * One receiver and signal.
     *
     * @param rate accepted items a second, of late
     */
    public record ReceiverRow(IngestHealth.Row counts, String rate) {}

    /**
     * Something that is bounded.
     *
     * @param now empty bar and no figure where nothing is used up, or nobody counts it
     * @param then what happens at the limit
     * @param hit how often it did; empty where that is the way of things
     */
    public record LimitRow(
            String name, String now, String limit, Bar bar, String then, String hit) {}

    /**
     * Something that apply met.
     *
     * @param concern whether somebody should look into it
     */
    public record Noticed(String count, String what, String meaning, boolean concern) {}

    static SystemPage of(SloEngine engine, IngestStatus ingest, IngestRates rates) {
        Instant now = engine.now();
        rates.look(now);
        Vitals vitals = engine.vitals();
        List<ReceiverRow> receivers = new ArrayList<>();
        List<IngestStatus.Row> rows = ingest.rows();
        List<IngestHealth.Row> counts = IngestHealth.of(ingest).rows();
        for (int i = 0; i < Math.min(rows.size(), counts.size()); i++) {
            receivers.add(
                    new ReceiverRow(counts.get(i), Format.rate(rates.perSecond(rows.get(i), now))));
        }
        List<Noticed> noticed = noticed(vitals.fold());
        long lost =
                rows.stream()
                        .flatMap(row -> row.dropped().values().stream())
                        .mapToLong(Long::longValue)
                        .sum();
        return new SystemPage(
                !engine.troubles().isEmpty()
                                || noticed.stream().anyMatch(Noticed::concern)
                                || lost > 0
                        ? "burning"
                        : "met",
                engine.troubles().stream()
                        .findFirst()
                        .map(SystemPage::sentence)
                        .orElseGet(() -> headline(vitals, lost)),
                receivers,
                limits(vitals),
                Stream.concat(ingest.offenders().stream(), vitals.offenders().stream())
                        .map(OffenderRow::of)
                        .toList(),
                noticed);
    }

    private static String sentence(String trouble) {
        return Character.toUpperCase(trouble.charAt(0)) + trouble.substring(1);
    }

    private static String headline(Vitals vitals, long lost) {
        FoldStatus fold = vitals.fold();
        if (fold.failedCheckpoints() > 0) {
            return "The store refused " + Format.count(fold.failedCheckpoints()) + " checkpoints";
        }
        if (fold.unreadable() > 0) {
            return Format.count(fold.unreadable()) + " records could not be counted";
        }
        if (lost > 0) {
            return Format.count(lost) + " items were lost before they could be read";
        }
        return "Everything accepted is on disk and counted";
    }

    private static List<LimitRow> limits(Vitals vitals) {
        return vitals.limits().stream().map(SystemPage::limit).toList();
    }

    private static LimitRow limit(LimitTable.Row row) {
        Limit.Unit unit = row.limit().unit();
        OptionalLong inUse = row.inUse();
        OptionalLong reached = row.reached();
        return new LimitRow(
                row.limit().what(),
                inUse.isPresent() ? inUnit(inUse.getAsLong(), unit, row.bound()) : Format.NONE,
                inUnit(row.bound(), unit, row.bound()),
                inUse.isPresent() ? Bar.share(inUse.getAsLong(), row.bound()) : Bar.NONE,
                row.limit().then(),
                reached.isPresent() ? Format.count(reached.getAsLong()) : "");
    }

    /** Bytes are told as the bound is written: 192 MiB, or 20 GB. */
    private static String inUnit(long value, Limit.Unit unit, long bound) {
        return switch (unit) {
            case COUNT -> Format.count(value);
            case BYTES ->
                    bound % 1_000 == 0 && bound % (1 << 20) != 0
                            ? Format.bytes(value)
                            : Format.binaryBytes(value);
            case SECONDS -> Format.duration(Duration.ofSeconds(value));
        };
    }

    private static List<Noticed> noticed(FoldStatus fold) {
        List<Noticed> noticed = new ArrayList<>();
        add(noticed, fold.records(), "records applied", "since the start", false);
        add(
                noticed,
                fold.repeatedRequests(),
                "requests sent again",
                Format.count(fold.repeatedItems())
                        + " items in them, counted once; repeats are known for "
                        + Format.duration(fold.repeatHorizon()),
                false);
        add(
                noticed,
                fold.streams(),
                "cumulative streams",
                "whose last points are remembered",
                false);
        add(noticed, fold.countedPoints(), "cumulative points counted", "", false);
        add(
                noticed,
                fold.baselines(),
                "first points",
                "of streams that may have begun before they were known: not counted",
                false);
        add(noticed, fold.resets(), "counter resets", "streams that began again", false);
        add(noticed, fold.staleMarks(), "streams ended", "by a stale marker", false);
        add(
                noticed,
                fold.spread(),
                "increases shared out",
                "over the buckets between two points",
                false);
        add(
                noticed,
                fold.remade(),
                "extracts made again",
                "under definitions that had just come in force",
                false);
        add(
                noticed,
                fold.suspectResets(),
                "points fell without a new start",
                "two writers on one stream, or a broken one",
                true);
        add(
                noticed,
                fold.outOfOrder(),
                "points came out of order",
                "not newer than the last of their stream: not counted",
                false);
        add(
                noticed,
                fold.unreadable(),
                "records could not be read again",
                "their items are missing from the counts",
                true);
        add(
                noticed,
                fold.failedCheckpoints(),
                "checkpoints failed",
                "nothing of them is lost while Sluice runs or its log keeps them",
                true);
        return noticed;
    }

    /** What never happened takes no place. */
    private static void add(
            List<Noticed> noticed, long count, String what, String meaning, boolean concern) {
        if (count > 0) {
            noticed.add(new Noticed(Format.count(count), what, meaning, concern));
        }
    }
}
