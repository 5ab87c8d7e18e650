package io.sluice.engine.outlook;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.definitions.yaml.Durations;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.outlook.Outlook.NotJudged;
import io.sluice.engine.outlook.TrafficLint.Kind;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.WindowSum;
import io.sluice.engine.slo.History;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.slo.WindowCounts;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds what is senseless at the traffic that was counted: targets that it cannot measure, alerts
 * that it never fires or any failure does, slices shorter than the time between data, steps of
 * journeys that say nothing. Definitions need not be in force: what they measure is found by what
 * is counted. As thread-safe as the reader it was given.
 */
public final class TrafficLints {
    /**
     * With fewer failures in its budget, an objective is met by chance in more than one window of
     * twenty by a service that fails twice as often as it may: a Poisson count of mean {@code 2b}
     * is at most {@code b} with a probability of 6.7 % for 5, and of 4.6 % for 6.
     */
    static final int TELLING_FAILURES = 6;

    /** Traffic is known by a day, and by half of a shorter window. */
    private static final Duration ENOUGH = Duration.ofDays(1);

    /** How far back the busiest window is looked for. */
    private static final Duration LOOKED_BACK = Duration.ofDays(7);

    /** How many places of a long window are tried in its length. */
    private static final int STEPS = 12;

    private static final long MINUTE = 60;
    private static final double THOUSAND = 1000;

    private final SloEvaluator evaluator;
    private final SeriesReader series;
    private final History history;
    private final JourneyLints journeys;

    public TrafficLints(
            SloEvaluator evaluator, SeriesReader series, History history, JourneyLints journeys) {
        this.evaluator = evaluator;
        this.series = series;
        this.history = history;
        this.journeys = journeys;
    }

    /** Everything that a plan's definitions and the counts before an instant say. */
    public Outlook of(MeasurePlan plan, Instant at) {
        List<TrafficLint> lints = new ArrayList<>();
        List<NotJudged> notJudged = new ArrayList<>();
        for (Slo slo : plan.definitions().slos().values()) {
            for (int i = 0; i < slo.objectives().size(); i++) {
                Looked looked = new Looked(plan, slo, i, at);
                Optional<String> unknown = looked.unknown();
                if (unknown.isPresent()) {
                    notJudged.add(new NotJudged(slo.name(), i, unknown.get()));
                } else {
                    looked.judge(lints);
                }
            }
        }
        plan.definitions()
                .journeys()
                .values()
                .forEach(journey -> journeys.judge(plan, journey, at, lints));
        return new Outlook(at, lints, notJudged);
    }

    /** One objective. */
    private final class Looked {
        private final Slo slo;
        private final int index;
        private final Objective objective;
        private final String measure;
        private final WindowCounts counts;
        private final Duration known;
        private final Duration window;
        private final long now;

        Looked(MeasurePlan plan, Slo slo, int index, Instant at) {
            this.slo = slo;
            this.index = index;
            this.objective = slo.objectives().get(index);
            this.measure = plan.forObjective(slo.name(), index).id();
            this.counts = evaluator.window(plan, slo, index, at);
            this.known = known(SloEvaluator.length(slo, at), at);
            this.window = nominal(slo.window());
            this.now = Math.ceilDiv(at.getEpochSecond() + 1, MINUTE) * MINUTE;
        }

        /**
         * How much of the window was counted. Coverage does not say: where a service is heard of
         * only by its events, few of them are little coverage, and that is the case to be found.
         */
        private Duration known(Duration window, Instant at) {
            long since = Math.min(history.countedSince(measure), series.earliestBucket(measure));
            long seconds = Math.max(0, at.getEpochSecond() - since);
            return since == Long.MAX_VALUE || seconds < window.toSeconds()
                    ? Duration.ofSeconds(since == Long.MAX_VALUE ? 0 : seconds)
                    : window;
        }

        /** Why nothing can be said. */
        Optional<String> unknown() {
            if (counts.total() == 0) {
                return Optional.of("nothing of it was counted");
            }
            Duration half = window.dividedBy(2);
            Duration enough = half.compareTo(ENOUGH) < 0 ? half : ENOUGH;
            return known.compareTo(enough) < 0
                    ? Optional.of(
                            "it has been counted for "
                                    + inWords(known)
                                    + "; it takes "
                                    + inWords(enough))
                    : Optional.empty();
        }

        void judge(List<TrafficLint> lints) {
            if (slo.countsEvents(objective)) {
                budget(lints);
                // A composite's alerts are about the budget that its parts share.
                for (AlertPolicy policy :
                        slo.composite() ? List.<AlertPolicy>of() : slo.alertPolicies()) {
                    for (AlertCondition condition : policy.conditions()) {
                        String place = policy.metadata().name() + "/" + condition.name();
                        alert(condition).ifPresent(lint -> lints.add(lint.at(place)));
                    }
                }
            } else if (slo.method() != BudgetingMethod.OCCURRENCES && !countsPerMinute()) {
                slices(lints);
            }
        }

        private boolean countsPerMinute() {
            return objective.indicator() instanceof Indicator.Threshold threshold
                    && threshold.value() == Indicator.Value.COUNT_PER_MINUTE;
        }

        /** How many events this long brings, as far as it was measured. */
        private double events(Duration length) {
            return counts.total() / THOUSAND * length.toSeconds() / known.toSeconds();
        }

        private void budget(List<TrafficLint> lints) {
            double events = events(window);
            double failures = events * allowed(objective.target());
            if (failures < 1) {
                lints.add(
                        lint(
                                Kind.ONE_FAILURE_SPENDS,
                                Math.round(events),
                                eventsFor(1),
                                "one failure spends more than the budget of "
                                        + plain(objective.target())
                                        + "; its window brings "
                                        + Math.round(events)
                                        + " events, it takes "
                                        + eventsFor(1)));
            } else if (failures < TELLING_FAILURES) {
                lints.add(
                        lint(
                                Kind.TOO_FEW_TO_TELL,
                                Math.round(events),
                                eventsFor(TELLING_FAILURES),
                                "its window brings "
                                        + Math.round(events)
                                        + " events, of which "
                                        + tenths(failures)
                                        + " may fail; to tell what fails twice as often from what"
                                        + " meets "
                                        + plain(objective.target())
                                        + " takes "
                                        + eventsFor(TELLING_FAILURES)));
            }
            OptionalLong least =
                    slo.alertPolicies().stream()
                            .flatMap(policy -> policy.conditions().stream())
                            .mapToLong(AlertCondition::minimumBadEvents)
                            .min();
            // The failure that overspends the budget may be the one that an alert waits for.
            if (!slo.composite() && failures >= 1 && least.orElse(0) > (long) failures + 1) {
                lints.add(
                        lint(
                                Kind.SPENT_BEFORE_ALERTS,
                                (long) failures,
                                least.getAsLong(),
                                "the budget bears "
                                        + tenths(failures)
                                        + " failures, and no alert speaks of fewer than "
                                        + least.getAsLong()));
            }
        }

        private Optional<TrafficLint> alert(AlertCondition condition) {
            if (condition.op() == Op.LT || condition.op() == Op.LTE) {
                return Optional.empty();
            }
            long guard = condition.minimumBadEvents();
            double average = events(condition.longWindow());
            if (guard <= 1
                    && average >= 1
                    && 1 > condition.threshold() * allowed(objective.target()) * average) {
                double enough = 1 / (condition.threshold() * allowed(objective.target()));
                return Optional.of(
                        lint(
                                Kind.FIRES_ON_ONE,
                                Math.round(average),
                                (long) Math.ceil(enough),
                                "any one failure fires it: "
                                        + inWords(condition.longWindow())
                                        + " bring "
                                        + Math.round(average)
                                        + " events, it takes "
                                        + (long) Math.ceil(enough)));
            }
            long busiest = busiest(condition.longWindow());
            return guard > busiest
                    ? Optional.of(
                            lint(
                                    Kind.CANNOT_FIRE,
                                    busiest,
                                    guard,
                                    "not even a total outage fires it: no "
                                            + inWords(condition.longWindow())
                                            + " of the last "
                                            + inWords(lookedBack(condition.longWindow()))
                                            + " brought more than "
                                            + busiest
                                            + " events, it takes "
                                            + guard))
                    : Optional.empty();
        }

        /** The most events in any window of this length, or a little longer. */
        private long busiest(Duration length) {
            long step = Math.ceilDiv(Math.ceilDiv(length.toSeconds(), STEPS), MINUTE) * MINUTE;
            int inWindow = (int) Math.ceilDiv(length.toSeconds(), step);
            long steps = Math.ceilDiv(lookedBack(length).toSeconds(), step);
            List<WindowSum> slices = series.slices(measure, now - steps * step, now, step);
            long here = 0;
            long most = 0;
            for (int i = 0; i < slices.size(); i++) {
                here += slices.get(i).totalThousandths();
                here -= i < inWindow ? 0 : slices.get(i - inWindow).totalThousandths();
                most = Math.max(most, here);
            }
            return Math.ceilDiv(most, (long) THOUSAND);
        }

        private static Duration lookedBack(Duration length) {
            Duration twice = length.multipliedBy(2);
            return twice.compareTo(LOOKED_BACK) > 0 ? twice : LOOKED_BACK;
        }

        private void slices(List<TrafficLint> lints) {
            long slice = objective.timeSliceWindow().orElseThrow().toSeconds();
            long to = now - Math.floorMod(now, slice);
            long from = to - Math.ceilDiv(ENOUGH.toSeconds(), slice) * slice;
            List<WindowSum> day = series.slices(measure, from, to, slice);
            List<Long> gaps = new ArrayList<>();
            long last = -1;
            long filled = 0;
            double events = 0;
            for (int i = 0; i < day.size(); i++) {
                if (day.get(i).total() > 0) {
                    if (last >= 0) {
                        gaps.add(i - last);
                    }
                    last = i;
                    filled++;
                    events += day.get(i).totalThousandths() / THOUSAND;
                }
            }
            if (gaps.size() < 2) {
                return;
            }
            gaps.sort(null);
            long usual = gaps.get(gaps.size() / 2);
            if (usual > 1) {
                lints.add(
                        lint(
                                Kind.SLICE_WITHOUT_DATA,
                                usual * slice,
                                0,
                                "data comes about every "
                                        + inWords(Duration.ofSeconds(usual * slice))
                                        + ", and slices of "
                                        + inWords(Duration.ofSeconds(slice))
                                        + " between have none: "
                                        + filled
                                        + " of "
                                        + day.size()
                                        + " were measured in the last day"));
            }
            if (slo.method() == BudgetingMethod.TIMESLICES
                    && !(objective.indicator() instanceof Indicator.Raw)) {
                one(events / filled, slice, lints);
            }
        }

        private void one(double inSlice, long slice, List<TrafficLint> lints) {
            double failing = allowed(objective.timeSliceTarget().orElse(BigDecimal.ONE));
            // A target of 100 % says that one failure is too many.
            if (failing > 0 && inSlice * failing < 1) {
                lints.add(
                        lint(
                                Kind.SLICE_FAILS_ON_ONE,
                                Math.round(inSlice),
                                (long) Math.ceil(1 / failing),
                                "one failure makes a slice bad: "
                                        + inWords(Duration.ofSeconds(slice))
                                        + " bring "
                                        + tenths(inSlice)
                                        + " events, it takes "
                                        + (long) Math.ceil(1 / failing)));
            }
        }

        private TrafficLint lint(Kind kind, long events, long needed, String says) {
            return TrafficLint.ofObjective(kind, slo.name(), index, events, needed, says);
        }

        /** How many events it takes for the budget to bear so many failures. */
        private long eventsFor(int failures) {
            return BigDecimal.valueOf(failures)
                    .divide(BigDecimal.ONE.subtract(objective.target()), 0, RoundingMode.CEILING)
                    .longValueExact();
        }
    }

    private static double allowed(BigDecimal target) {
        return BigDecimal.ONE.subtract(target).doubleValue();
    }

    /** A calendar's months are taken as they are on average. */
    private static Duration nominal(TimeWindow window) {
        return switch (window) {
            case TimeWindow.Rolling(var length) -> length;
            case TimeWindow.Calendar calendar ->
                    nominal(calendar.unit()).multipliedBy(calendar.count());
        };
    }

    private static Duration nominal(TimeWindow.Period unit) {
        return switch (unit) {
            case MINUTE -> Duration.ofMinutes(1);
            case HOUR -> Duration.ofHours(1);
            case DAY -> Duration.ofDays(1);
            case WEEK -> Duration.ofDays(7);
            case MONTH -> Duration.ofDays(30);
            case QUARTER -> Duration.ofDays(91);
            case YEAR -> Duration.ofDays(365);
        };
    }

    private static String inWords(Duration length) {
        return Durations.inWords(length);
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    private static String tenths(double number) {
        return BigDecimal.valueOf(number)
                .round(new MathContext(2))
                .stripTrailingZeros()
                .toPlainString();
    }
}
