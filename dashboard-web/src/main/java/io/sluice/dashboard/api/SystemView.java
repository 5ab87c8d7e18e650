package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.dashboard.openapi.OneOf;
import io.sluice.engine.Vitals;
import io.sluice.engine.limit.Limit;
import io.sluice.engine.limit.LimitTable;
import io.sluice.engine.limit.Offender;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * {@code GET /api/v1/system}: what Sluice keeps beside its limits, and what apply met since the
 * start.
 */
record SystemView(
        LogView log,
        DoorView inFlight,
        SeriesView series,
        AppliedView applied,
        List<LimitView> limits,
        @Described(
                        "Who sends most, whose items are refused most, and which SLIs have most new"
                                + " or left-over groups, since the start; the worst of each first.")
                List<OffenderView> offenders) {

    @Described(name = "SystemOffender")
    record OffenderView(
            @OneOf(Offender.What.class) String what,
            @Described("A sender or an SLI.") String who,
            @Described("What refused it: a reason or a limit; empty where nothing did.")
                    String rule,
            @Described("At most; not below `count` less `over`.") long count,
            long over) {

        static OffenderView of(Offender offender) {
            return new OffenderView(
                    offender.what().name(),
                    offender.who(),
                    offender.rule(),
                    offender.count(),
                    offender.over());
        }
    }

    @Described(name = "SystemLimit")
    record LimitView(
            @Described("As in the configuration, under `limits`.") String name,
            String what,
            @Described("Of `bound`, `usual` and `inUse`.") @OneOf(Limit.Unit.class) String unit,
            long bound,
            @Described("The bound unless configured.") long usual,
            @Described("Whether the configuration may say otherwise.") boolean settable,
            @Described("Null where nothing is used up, or nobody counts it.") @Nullable Long inUse,
            @Described("How often it was reached since the start; null where nobody counts it.")
                    @Nullable Long reached,
            @Described("What happens at the bound.") String then) {

        static LimitView of(LimitTable.Row row) {
            Limit limit = row.limit();
            return new LimitView(
                    limit.name(),
                    limit.what(),
                    limit.unit().name(),
                    row.bound(),
                    limit.usual(),
                    limit.settable(),
                    orNull(row.inUse()),
                    orNull(row.reached()),
                    limit.then());
        }

        private static @Nullable Long orNull(OptionalLong value) {
            return value.isPresent() ? value.getAsLong() : null;
        }
    }

    @Described(name = "SystemLog")
    record LogView(
            long records,
            long bytes,
            @Described("Beyond which the oldest records go.") long maxBytes,
            @Described("After which they go in any case.") long maxAgeSeconds,
            @Described("Records on disk that are not counted yet.") long toApply) {}

    @Described(name = "SystemInFlight")
    record DoorView(
            long bytes,
            long maxBytes,
            @Described("How often a sender was told to try again.") long refused) {}

    @Described(name = "SystemSeries")
    record SeriesView(
            long count,
            long max,
            long maxGroupsPerSli,
            @Described("Contributions to a group that found no place.") long overflowed) {}

    @Described(name = "SystemApplied")
    record AppliedView(
            long records,
            @Described("Received before, and counted once.") long repeatedRequests,
            long repeatedItems,
            @Described("How far back a repeat is recognised.") long repeatHorizonSeconds,
            @Described("Records whose items are missing from the counts.") long unreadable,
            long failedCheckpoints,
            @Described("Cumulative streams that are remembered.") long streams,
            long resets,
            @Described("Points that fell without a new start.") long suspectResets,
            long outOfOrder) {}

    static SystemView of(Vitals vitals, List<Offender> senders) {
        var log = vitals.log();
        var door = vitals.door();
        var fold = vitals.fold();
        return new SystemView(
                new LogView(
                        log.records(),
                        log.bytes(),
                        log.maxBytes(),
                        log.maxAge().toSeconds(),
                        log.toApply()),
                new DoorView(door.bytes(), door.maxBytes(), door.refused()),
                new SeriesView(
                        fold.series(),
                        vitals.foldLimits().seriesInAll(),
                        vitals.foldLimits().groupsPerMeasure(),
                        fold.overflowed()),
                new AppliedView(
                        fold.records(),
                        fold.repeatedRequests(),
                        fold.repeatedItems(),
                        fold.repeatHorizon().toSeconds(),
                        fold.unreadable(),
                        fold.failedCheckpoints(),
                        fold.streams(),
                        fold.resets(),
                        fold.suspectResets(),
                        fold.outOfOrder()),
                vitals.limits().stream().map(LimitView::of).toList(),
                Stream.concat(senders.stream(), vitals.offenders().stream())
                        .map(OffenderView::of)
                        .toList());
    }
}
