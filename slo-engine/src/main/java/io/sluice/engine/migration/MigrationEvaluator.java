package io.sluice.engine.migration;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.Migration.Criterion;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.MeasurePlan.Side;
import io.sluice.engine.migration.MigrationStatus.CriterionStatus;
import io.sluice.engine.migration.MigrationStatus.Decommission;
import io.sluice.engine.migration.MigrationStatus.Met;
import io.sluice.engine.migration.MigrationStatus.PhaseState;
import io.sluice.engine.migration.MigrationStatus.PhaseStatus;
import io.sluice.engine.results.Results;
import io.sluice.engine.results.ResultsCalculator;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.slo.History;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.slo.SloStatus;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Evaluates migrations: what telemetry can tell is counted, the rest is somebody's word. Unmeasured
 * is not met. As thread-safe as what it reads.
 */
public final class MigrationEvaluator {
    /** So much of a soak must have been measured: what nobody saw proves nothing. */
    static final double SOAK_COVERAGE = 0.9;

    /** Silence needs more: a gap of an hour could hide the one job that still calls. */
    static final double SILENCE_COVERAGE = 0.99;

    /** Traffic this young still flows; what is older was the last, perhaps. */
    private static final Duration STILL_FLOWING = Duration.ofDays(1);

    private static final long BUCKET = 10;

    private final SeriesReader series;
    private final SloEvaluator slos;
    private final ResultsCalculator results;
    private final History history;
    private final Attestations attestations;

    public MigrationEvaluator(
            SeriesReader series,
            SloEvaluator slos,
            ResultsCalculator results,
            History history,
            Attestations attestations) {
        this.series = series;
        this.slos = slos;
        this.results = results;
        this.history = history;
        this.attestations = attestations;
    }

    /** A migration of the plan's definitions. */
    public MigrationStatus evaluate(MeasurePlan plan, Migration migration, Instant at) {
        Look look = new Look(plan, migration, at);
        List<PhaseStatus> phases = new ArrayList<>();
        Set<String> done = new HashSet<>();
        for (Migration.Phase phase : migration.phases()) {
            List<CriterionStatus> criteria =
                    phase.criteria().stream().map(c -> look.at(phase.name(), c)).toList();
            PhaseState state =
                    !done.containsAll(phase.dependsOn())
                            ? PhaseState.WAITING
                            : criteria.stream().allMatch(c -> c.met() == Met.MET)
                                    ? PhaseState.DONE
                                    : PhaseState.IN_PROGRESS;
            if (state == PhaseState.DONE) {
                done.add(phase.name());
            }
            phases.add(new PhaseStatus(phase, state, criteria));
        }
        return new MigrationStatus(
                migration,
                at,
                phases,
                migration.goals().stream().map(goal -> look.at("", goal)).toList(),
                phases.stream()
                        .filter(phase -> phase.phase().decommission())
                        .findFirst()
                        .map(Decommission::of));
    }

    /** One look at one migration. */
    private final class Look {
        private final MeasurePlan plan;
        private final Migration migration;
        private final Instant at;

        /** Everything that was said, oldest first. */
        private final List<MigrationStatus.Attested> said;

        /** Only where a criterion asks for a row of one: these count a long time. */
        private @Nullable List<Results> tables;

        Look(MeasurePlan plan, Migration migration, Instant at) {
            this.plan = plan;
            this.migration = migration;
            this.at = at;
            this.said = attestations.all(migration.name());
        }

        private List<Results> tables() {
            if (tables == null) {
                tables = results.results(plan, Results.Windows.OF_TABLE, at);
            }
            return tables;
        }

        CriterionStatus at(String phase, Criterion criterion) {
            return switch (criterion) {
                case Migration.ObjectivesMet objectives -> soak(objectives);
                case Migration.TrafficShare share -> share(share);
                case Migration.NoTraffic silence -> silence(phase, silence);
                case Migration.ResultReached result -> result(result);
                case Migration.Attestation attestation -> said(phase, attestation);
            };
        }

        private CriterionStatus soak(Migration.ObjectivesMet criterion) {
            List<String> breached = new ArrayList<>();
            List<String> unmeasured = new ArrayList<>();
            for (String name : criterion.slos()) {
                @Nullable Slo slo = plan.definitions().slos().get(name);
                if (slo == null) {
                    unmeasured.add("there is no SLO " + name);
                    continue;
                }
                SloStatus status = slos.evaluate(plan, over(slo, criterion.over()), at);
                double coverage =
                        status.objectives().stream()
                                .mapToDouble(SloStatus.ObjectiveStatus::coverage)
                                .min()
                                .orElse(0);
                switch (status.state()) {
                    case BREACHED -> breached.add(name + " missed its target");
                    case UNMEASURED -> unmeasured.add(name + " was not measured");
                    case MET -> {
                        if (coverage < SOAK_COVERAGE) {
                            unmeasured.add(
                                    name
                                            + " was measured in "
                                            + percent(coverage)
                                            + " of the time, needs "
                                            + percent(SOAK_COVERAGE));
                        }
                    }
                }
            }
            String window = " in the last " + words(criterion.over());
            if (!breached.isEmpty()) {
                return status(criterion, Met.NOT_MET, String.join(", ", breached) + window);
            }
            return unmeasured.isEmpty()
                    ? status(
                            criterion,
                            Met.MET,
                            String.join(", ", criterion.slos()) + " met all targets" + window)
                    : status(criterion, Met.UNMEASURED, String.join(", ", unmeasured) + window);
        }

        private static Slo over(Slo slo, Duration window) {
            return new Slo(
                    slo.metadata(),
                    slo.description(),
                    slo.service(),
                    slo.tier(),
                    slo.method(),
                    new TimeWindow.Rolling(window),
                    slo.composite(),
                    slo.objectives(),
                    List.of());
        }

        private CriterionStatus share(Migration.TrafficShare criterion) {
            long to = at.getEpochSecond();
            long from = to - criterion.during().toSeconds();
            long candidate = 0;
            long all = 0;
            List<String> young = new ArrayList<>();
            for (String name : criterion.cutovers()) {
                @Nullable Cutover cutover = plan.definitions().cutovers().get(name);
                if (cutover == null) {
                    young.add("there is no cutover " + name);
                    continue;
                }
                // What is held to a limit may count one side's only.
                Optional<String> metric =
                        cutover.metrics().stream()
                                .filter(m -> m.limit().isEmpty())
                                .map(Cutover.Metric::name)
                                .findFirst();
                if (metric.isEmpty()) {
                    young.add(name + " has no metric that counts both sides");
                    continue;
                }
                Measure old = plan.forCutover(name, metric.get(), Side.BASELINE);
                Measure next = plan.forCutover(name, metric.get(), Side.CANDIDATE);
                long before = series.sum(old.id(), from, to).total();
                long after = series.sum(next.id(), from, to).total();
                candidate += after;
                all += before + after;
                long since =
                        Math.min(series.earliestBucket(old.id()), series.earliestBucket(next.id()));
                if (since > from) {
                    young.add(
                            since == Long.MAX_VALUE
                                    ? name + " had no traffic"
                                    : name + "'s traffic is known since " + instant(since));
                }
            }
            String seen =
                    (all == 0
                                    ? "no request was counted"
                                    : count(candidate)
                                            + " of "
                                            + count(all)
                                            + " requests were the new side's ("
                                            + percent((double) candidate / all)
                                            + ")")
                            + " in the last "
                            + words(criterion.during())
                            + ", at least "
                            + percent(criterion.atLeast().doubleValue())
                            + " must be";
            boolean reached =
                    BigDecimal.valueOf(candidate)
                                    .compareTo(
                                            criterion.atLeast().multiply(BigDecimal.valueOf(all)))
                            >= 0;
            if (all > 0 && !reached) {
                return status(criterion, Met.NOT_MET, seen);
            }
            return young.isEmpty() && all > 0
                    ? status(criterion, Met.MET, seen)
                    : status(
                            criterion,
                            Met.UNMEASURED,
                            seen + (young.isEmpty() ? "" : "; " + String.join(", ", young)));
        }

        private CriterionStatus silence(String phase, Migration.NoTraffic criterion) {
            Measure measure = plan.forMigration(migration.name(), phase, criterion.name());
            long to = at.getEpochSecond();
            long from = to - criterion.during().toSeconds();
            long events = series.sum(measure.id(), from, to).total();
            String window = " in the last " + words(criterion.during());
            if (events > 0) {
                Instant last = endOfLatest(measure.id());
                boolean flows = last.isAfter(at.minus(STILL_FLOWING));
                return status(
                        criterion,
                        flows ? Met.NOT_MET : Met.AWAITED,
                        count(events)
                                + (events == 1 ? " event" : " events")
                                + window
                                + ", the last before "
                                + last
                                + (flows
                                        ? ""
                                        : "; if it was the last one, this is met from "
                                                + last.plus(criterion.during())
                                                + " on"));
            }
            Optional<String> gap = gap(measure, from, to);
            return gap.isEmpty()
                    ? status(criterion, Met.MET, "no event" + window)
                    : status(criterion, Met.UNMEASURED, "no event" + window + ", but " + gap.get());
        }

        /** When the newest bucket ends that has counted; an older one may be longer. */
        private Instant endOfLatest(String measure) {
            long bucket = series.latestBucket(measure);
            return Instant.ofEpochSecond(
                    bucket + series.coarsest(measure, bucket, bucket + BUCKET).seconds());
        }

        /** Why silence may be nobody's listening; empty if it is not. */
        private Optional<String> gap(Measure measure, long from, long to) {
            Optional<String> service = measure.totalSource().service();
            if (service.isEmpty()) {
                return Optional.of(
                        "nothing says that it would have been measured: the source names no"
                                + " service");
            }
            long counted = history.countedSince(measure.id());
            if (counted > from) {
                return Optional.of("it is counted since " + instant(counted) + " only");
            }
            double heard =
                    (double) series.measuredBuckets(service.get(), from, to)
                            / Math.ceilDiv(to - from, BUCKET);
            return heard >= SILENCE_COVERAGE
                    ? Optional.empty()
                    : Optional.of(
                            service.get()
                                    + " was heard of in "
                                    + percent(heard)
                                    + " of the time, needs "
                                    + percent(SILENCE_COVERAGE));
        }

        private CriterionStatus result(Migration.ResultReached criterion) {
            Optional<Results.Row> row =
                    tables().stream()
                            .filter(table -> table.name().equals(criterion.table()))
                            .flatMap(table -> table.rows().stream())
                            .filter(r -> r.metric().equals(criterion.row()))
                            .findFirst();
            if (row.isEmpty()) {
                return status(
                        criterion,
                        Met.UNMEASURED,
                        "there is no row " + criterion.row() + " in " + criterion.table());
            }
            Migration.Reached reached = criterion.reached();
            boolean change =
                    switch (reached.direction()) {
                        case DOWN_BY, UP_BY -> true;
                        case AT_LEAST, AT_MOST -> false;
                    };
            Results.Row is = row.get();
            if (is.after().isEmpty() || (change && is.before().isEmpty())) {
                return status(
                        criterion, Met.UNMEASURED, is.note().orElse("it is not measured yet"));
            }
            boolean points = change && isInPoints(criterion);
            if (change && !points && is.before().getAsDouble() == 0) {
                return status(
                        criterion,
                        Met.UNMEASURED,
                        "it was 0 before, so no change of it is so many percent");
            }
            double amount = reached.amount().doubleValue();
            double after = is.after().getAsDouble();
            boolean met =
                    switch (reached.direction()) {
                        case DOWN_BY -> -changed(is, points) >= amount;
                        case UP_BY -> changed(is, points) >= amount;
                        case AT_LEAST -> after >= amount;
                        case AT_MOST -> after <= amount;
                    };
            String wanted =
                    reached.direction().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                            + " "
                            + number(reached.amount())
                            + " "
                            + (points ? "percentage points" : change ? "%" : is.unit());
            String seen =
                    (change ? withUnit(is.before().getAsDouble(), is) + " before, " : "")
                            + withUnit(after, is);
            return status(
                    criterion,
                    met ? Met.MET : Met.NOT_MET,
                    seen + " after; wanted is " + wanted.strip());
        }

        private static String withUnit(double value, Results.Row row) {
            return (number(value) + " " + row.unit()).strip();
        }

        private boolean isInPoints(Migration.ResultReached criterion) {
            @Nullable ResultsTable table =
                    plan.definitions().resultsTables().get(criterion.table());
            return table != null
                    && table.row(criterion.row())
                            .filter(ResultsTable.Row::improvesInPoints)
                            .isPresent();
        }

        /** In percent, or percentage points where the row's improvement is in these. */
        private static double changed(Results.Row row, boolean points) {
            double before = row.before().orElseThrow();
            double after = row.after().orElseThrow();
            return points ? after - before : (after - before) / Math.abs(before) * 100;
        }

        private CriterionStatus said(String phase, Migration.Attestation criterion) {
            Optional<MigrationStatus.Attested> newest =
                    said.reversed().stream()
                            .filter(one -> one.phase().equals(phase))
                            .filter(one -> one.criterion().equals(criterion.name()))
                            .findFirst();
            if (newest.isEmpty()) {
                return status(
                        criterion,
                        Met.AWAITED,
                        criterion.role() + " has not attested it: " + criterion.statement());
            }
            String who = newest.get().principal() + " attested it at " + newest.get().at();
            Optional<Instant> until = criterion.validFor().map(newest.get().at()::plus);
            boolean expired = until.isPresent() && !at.isBefore(until.get());
            return new CriterionStatus(
                    criterion,
                    expired ? Met.AWAITED : Met.MET,
                    who
                            + until.map(end -> (expired ? "; that expired at " : ", until ") + end)
                                    .orElse(""),
                    newest);
        }

        private static CriterionStatus status(Criterion criterion, Met met, String evidence) {
            return new CriterionStatus(criterion, met, evidence, Optional.empty());
        }
    }

    private static String instant(long epochSecond) {
        return Instant.ofEpochSecond(epochSecond).toString();
    }

    private static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** Rounded down, so that nothing short of all reads as all. */
    private static String percent(double share) {
        return BigDecimal.valueOf(share)
                        .movePointRight(2)
                        .setScale(2, RoundingMode.FLOOR)
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }

    private static String number(double value) {
        return number(
                BigDecimal.valueOf(value)
                        .setScale(Math.abs(value) >= 1000 ? 0 : 2, RoundingMode.HALF_UP));
    }

    private static String number(BigDecimal exact) {
        DecimalFormat format =
                new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT));
        format.setMaximumFractionDigits(Math.max(0, exact.scale()));
        return format.format(exact);
    }

    private static String words(Duration duration) {
        return duration.toHours() >= 48 && duration.toHours() % 24 == 0
                ? duration.toDays() + " days"
                : duration.toMinutes() >= 120 && duration.toMinutes() % 60 == 0
                        ? duration.toHours() + " h"
                        : duration.toMinutes() + " min";
    }
}
