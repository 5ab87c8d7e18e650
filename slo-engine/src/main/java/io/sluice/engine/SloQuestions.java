package io.sluice.engine;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.MeasurePlan.Side;
import io.sluice.engine.slo.BurnDown;
import io.sluice.engine.slo.Burned;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.slo.SloStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Answers what {@link SloEngine} is asked about SLOs and their objectives. Owns nothing; each
 * answer is of one plan, whatever comes in force meanwhile. Thread-safe.
 */
final class SloQuestions {
    private static final long BUCKET_SECONDS = 10;

    private final Features features;

    SloQuestions(Features features) {
        this.features = features;
    }

    List<SloStatus> all(Instant at) {
        MeasurePlan plan = features.plan();
        return plan.definitions().slos().values().stream()
                .sorted(Comparator.comparing(Slo::tier).thenComparing(Slo::name))
                .map(slo -> features.slos().evaluate(plan, slo, at))
                .toList();
    }

    Optional<SloStatus> one(String name, Instant at) {
        MeasurePlan plan = features.plan();
        return Features.find(plan, name).map(slo -> features.slos().evaluate(plan, slo, at));
    }

    Optional<BurnDown> burnDown(
            String slo, int objective, Instant from, Instant to, int points, Instant now) {
        MeasurePlan plan = features.plan();
        return find(plan, slo, objective)
                .map(
                        found ->
                                features.slos()
                                        .burnDown(plan, found, objective, from, to, points, now));
    }

    Optional<List<SloEngine.Burns>> burnRates(
            String slo, int objective, Instant from, Instant to, int points, Instant now) {
        if (points < 1 || points > SloEngine.MAX_BURN_POINTS) {
            throw new IllegalArgumentException(
                    "points is " + points + ", expected 1 to " + SloEngine.MAX_BURN_POINTS);
        }
        MeasurePlan plan = features.plan();
        SloEvaluator then = features.slos().asOf(now);
        long seconds = Duration.between(from, to).toSeconds();
        return find(plan, slo, objective)
                .map(
                        found ->
                                IntStream.rangeClosed(1, points)
                                        .mapToObj(i -> from.plusSeconds(seconds * i / points))
                                        .map(
                                                at ->
                                                        new SloEngine.Burns(
                                                                at,
                                                                then.burnRates(
                                                                        plan, found, objective,
                                                                        at)))
                                        .toList());
    }

    Optional<List<SloEngine.Values>> values(
            String slo, int objective, Instant from, Instant to, int intervals) {
        MeasurePlan plan = features.plan();
        return find(plan, slo, objective)
                .map(found -> plan.forObjective(found.name(), objective))
                .filter(Measure::sketched)
                .map(measure -> values(measure, from, to, intervals));
    }

    private List<SloEngine.Values> values(
            Measure measure, Instant from, Instant to, int intervals) {
        long end = Math.ceilDiv(to.getEpochSecond(), BUCKET_SECONDS) * BUCKET_SECONDS;
        long each =
                Math.max(
                        BUCKET_SECONDS,
                        Math.ceilDiv(end - from.getEpochSecond(), BUCKET_SECONDS * intervals)
                                * BUCKET_SECONDS);
        List<SloEngine.Values> values = new ArrayList<>();
        for (int i = intervals - 1; i >= 0; i--) {
            long ends = end - i * each;
            values.add(
                    new SloEngine.Values(
                            Instant.ofEpochSecond(ends),
                            features.series().sketch(measure.id(), ends - each, ends)));
        }
        return values;
    }

    Optional<Burned> burned(String slo, Duration window, Instant now) {
        MeasurePlan plan = features.plan();
        return Features.find(plan, slo)
                .map(
                        found ->
                                features.slos()
                                        .burned(
                                                plan,
                                                found,
                                                window,
                                                now,
                                                features.fold().exemplars()));
    }

    Optional<TraceReader.Counted> counted(String slo, Optional<String> side) {
        MeasurePlan plan = features.plan();
        Optional<Slo> found = Features.find(plan, slo);
        if (found.isEmpty() || side.isEmpty()) {
            return found.map(s -> new TraceReader.Counted(plan, plan.forObjective(s.name(), 0)));
        }
        String sli = found.get().objectives().getFirst().sli();
        Side wanted = Side.valueOf(side.get().toUpperCase(Locale.ROOT));
        return plan.definitions().cutovers().values().stream()
                .sorted(Comparator.comparing(Cutover::name))
                .flatMap(
                        cutover ->
                                cutover.metrics().stream()
                                        .filter(metric -> metric.sli().equals(sli))
                                        .map(
                                                metric ->
                                                        plan.forCutover(
                                                                cutover.name(),
                                                                metric.name(),
                                                                wanted)))
                .findFirst()
                .map(measure -> new TraceReader.Counted(plan, measure));
    }

    private static Optional<Slo> find(MeasurePlan plan, String slo, int objective) {
        return Features.find(plan, slo)
                .filter(found -> objective >= 0 && objective < found.objectives().size());
    }
}
