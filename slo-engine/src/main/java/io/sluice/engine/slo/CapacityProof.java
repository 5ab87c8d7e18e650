package io.sluice.engine.slo;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.WindowSum;
import io.sluice.engine.slo.SloStatus.Capacity;
import io.sluice.engine.slo.SloStatus.CapacityState;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Proves a promise about load by the load that came: the highest rate in one minute in which other
 * objectives were measured and held. An SLO that counts events per minute makes the promise, by the
 * annotation {@value #ANNOTATION} that names the SLOs that must hold; the promise is its
 * objective's value. A minute says nothing that is excluded from the promise or from any of these.
 */
final class CapacityProof {
    static final String ANNOTATION = "sluice.dev/capacity-of";

    private static final Duration LOOKED_AT = Duration.ofDays(1);
    private static final long MINUTE = 60;

    private final SeriesReader series;
    private final Scopes scopes;

    CapacityProof(SeriesReader series, Scopes scopes) {
        this.series = series;
        this.scopes = scopes;
    }

    Optional<Capacity> of(MeasurePlan plan, Slo slo, Instant at) {
        String named = slo.metadata().annotations().get(ANNOTATION);
        if (named == null) {
            return Optional.empty();
        }
        Judged promise = Judged.of(plan, slo, 0);
        if (!promise.countsPerMinute()) {
            return Optional.empty();
        }
        Span span = Span.rollingSlices(LOOKED_AT, MINUTE, at);
        List<Slo> holding = named(plan, named);
        List<Judged> objectives =
                holding.stream().flatMap(other -> Parts.of(plan, other).all().stream()).toList();
        List<Excluded> excluded =
                Stream.concat(Stream.of(slo), holding.stream())
                        .map(judged -> scopes.of(plan, judged, at).excluded())
                        .toList();
        List<List<WindowSum>> minutes = objectives.stream().map(o -> slices(o, span)).toList();
        List<WindowSum> load = slices(promise, span);
        double target = promise.objective().threshold().orElseThrow().value();
        long highestHeld = 0;
        long highestFailed = 0;
        for (int minute = 0; minute < load.size(); minute++) {
            long begin = span.from() + minute * MINUTE;
            if (excluded.stream().anyMatch(out -> out.touches(begin, begin + MINUTE))) {
                continue;
            }
            long rate = load.get(minute).total();
            boolean held = !objectives.isEmpty();
            boolean failed = false;
            for (int i = 0; i < objectives.size(); i++) {
                WindowSum sum = minutes.get(i).get(minute);
                boolean measured = sum.totalThousandths() > 0;
                boolean holds = measured && holds(objectives.get(i), sum);
                held &= holds;
                failed |= measured && !holds;
            }
            if (held) {
                highestHeld = Math.max(highestHeld, rate);
            } else if (failed && rate <= target) {
                highestFailed = Math.max(highestFailed, rate);
            }
        }
        // A failure below a rate that was proven has another cause than load.
        CapacityState state =
                highestHeld >= target
                        ? CapacityState.PROVEN
                        : highestFailed > highestHeld
                                ? CapacityState.BREACHED
                                : CapacityState.NOT_EXERCISED;
        return Optional.of(new Capacity(state, target, highestHeld));
    }

    private List<WindowSum> slices(Judged objective, Span span) {
        return series.slices(objective.measure().id(), span.from(), span.to(), MINUTE);
    }

    /** Whether a minute is what the objective wants of the window, or of a slice. */
    private static boolean holds(Judged objective, WindowSum minute) {
        return (objective.method() == BudgetingMethod.TIMESLICES || objective.countsPerMinute())
                ? objective.sliceGoodness(minute, MINUTE) == 1
                : new WindowCounts(minute.goodThousandths(), minute.totalThousandths(), 0, 0)
                        .meets(objective.objective().target());
    }

    private static List<Slo> named(MeasurePlan plan, String names) {
        return Arrays.stream(names.split(",", -1))
                .flatMap(name -> Stream.ofNullable(plan.definitions().slos().get(name.strip())))
                .toList();
    }
}
