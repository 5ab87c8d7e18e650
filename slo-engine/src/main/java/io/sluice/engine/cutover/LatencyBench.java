package io.sluice.engine.cutover;

import io.sluice.engine.cutover.GateRow.Measure;
import io.sluice.engine.series.Sketch;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/**
 * Measures the comparison of quantiles: durations are lognormal, with a deviation of 0.6 in the
 * logarithm. Immutable.
 */
final class LatencyBench {
    private static final double DEVIATION = 0.6;
    private static final double MEDIAN_MILLIS = 100;
    private static final int LOOKS = 200;
    private static final double ANY_WORSE = 1.0;
    private static final double NO_GO_ONLY = 1.5;
    private static final int CANDIDATE_AT_A_LOOK = 60;
    private static final long MOST_REQUESTS = 80_000;

    /** Simulates cutovers of one plan, each with traffic of its own. */
    @FunctionalInterface
    interface Simulation {
        <T> List<T> run(String name, CutoverPlan plan, Function<Trial, T> simulation);
    }

    private final Simulation simulation;

    LatencyBench(Simulation simulation) {
        this.simulation = simulation;
    }

    void run(Consumer<GateRow> told) {
        equalSides(told, "share 50 %", 50, 50, _ -> 1);
        equalSides(told, "share 10 %", 180, 20, _ -> 1);
        equalSides(told, "share 10 %, both get twice as slow", 180, 20, p -> 1 + p);
        ramp(told);
        otherMix(told);
        wrongGo(told);
        for (String quantile : List.of("0.99", "0.95", "0.5")) {
            for (int share : new int[] {50, 10}) {
                slower(told, quantile, share, 1.2, 1);
            }
        }
        slower(told, "0.99", 50, 4, 0.02);
        for (double margin : new double[] {2, 1.5, 1.25}) {
            requestsToGo(told, margin);
        }
    }

    /** So many durations, some of which take longer by a factor. */
    private static Sketch durations(
            Traffic traffic, int number, double median, double times, double shareOfThem) {
        Sketch sketch = new Sketch();
        for (int i = 0; i < number; i++) {
            double factor = shareOfThem >= 1 || traffic.happens(shareOfThem) ? times : 1;
            sketch.add(median * factor * Math.exp(traffic.normal(DEVIATION)));
        }
        return sketch;
    }

    private static void look(Trial trial, int baseline, int candidate, double median) {
        trial.values(
                0,
                "",
                durations(trial.traffic(), baseline, median, 1, 1),
                durations(trial.traffic(), candidate, median, 1, 1));
        trial.seal(0);
    }

    private static CutoverPlan plan(String quantile, double goMargin, double noGoMargin) {
        return SimulatedPlan.of(0)
                .quantile(quantile, goMargin, noGoMargin)
                .step(0.5, goMargin, noGoMargin)
                .plan();
    }

    private void tellShare(
            Consumer<GateRow> told, String name, Measure measure, List<Boolean> which) {
        told.accept(
                GateRow.share(
                        name, measure, which.stream().filter(each -> each).count(), which.size()));
    }

    private static void tellRequests(Consumer<GateRow> told, String name, List<Long> requests) {
        double[] values = requests.stream().mapToDouble(Long::doubleValue).toArray();
        told.accept(GateRow.median(name, Measure.MEDIAN_REQUESTS, values));
    }

    /**
     * @param course how slow both sides are, by how much of the time is over
     */
    private void equalSides(
            Consumer<GateRow> told,
            String what,
            int baseline,
            int candidate,
            DoubleUnaryOperator course) {
        falseNoGo(
                told,
                what,
                (trial, look) ->
                        look(
                                trial,
                                baseline,
                                candidate,
                                MEDIAN_MILLIS * course.applyAsDouble(look / (LOOKS - 1.0))));
    }

    private void ramp(Consumer<GateRow> told) {
        falseNoGo(
                told,
                "ramp 1 to 50 % while both get twice as slow",
                (trial, look) -> {
                    double progress = look / (LOOKS - 1.0);
                    int candidate = (int) Math.round(200 * (0.01 + 0.49 * progress));
                    look(trial, 200 - candidate, candidate, MEDIAN_MILLIS * (1 + progress));
                });
    }

    private void otherMix(Consumer<GateRow> told) {
        falseNoGo(
                told,
                "routes mixed 80/20 and 50/50, the second four times as slow",
                (trial, look) -> {
                    Traffic traffic = trial.traffic();
                    trial.values(
                            0,
                            "/a",
                            durations(traffic, 80, MEDIAN_MILLIS, 1, 1),
                            durations(traffic, 25, MEDIAN_MILLIS, 1, 1));
                    trial.values(
                            0,
                            "/b",
                            durations(traffic, 20, 4 * MEDIAN_MILLIS, 1, 1),
                            durations(traffic, 25, 4 * MEDIAN_MILLIS, 1, 1));
                    trial.seal(0);
                });
    }

    @FunctionalInterface
    private interface Look {
        void seal(Trial trial, int look);
    }

    private void falseNoGo(Consumer<GateRow> told, String what, Look look) {
        String name = "P99 of equal sides, %d looks, NO_GO x1.0, %s".formatted(LOOKS, what);
        tellShare(
                told,
                name,
                Measure.FALSE_NO_GO,
                simulation.run(
                        name,
                        plan("0.99", NO_GO_ONLY, ANY_WORSE),
                        trial -> {
                            for (int i = 0; i < LOOKS && !trial.isNoGo(); i++) {
                                look.seal(trial, i);
                            }
                            return trial.isNoGo();
                        }));
    }

    /** A candidate that is exactly as much slower as the margin allows must seldom get GO. */
    private void wrongGo(Consumer<GateRow> told) {
        String name = "P99 at its GO margin of x1.25, %d looks, share 50 %%".formatted(LOOKS);
        tellShare(
                told,
                name,
                Measure.FALSE_GO,
                simulation.run(
                        name,
                        plan("0.99", 1.25, 1.2),
                        trial -> {
                            for (int i = 0; i < LOOKS && !isGo(trial); i++) {
                                Traffic traffic = trial.traffic();
                                trial.values(
                                        0,
                                        "",
                                        durations(traffic, 50, MEDIAN_MILLIS, 1, 1),
                                        durations(traffic, 50, MEDIAN_MILLIS, 1.25, 1));
                                trial.seal(0);
                            }
                            return isGo(trial);
                        }));
    }

    private static boolean isGo(Trial trial) {
        List<StepQuantile> quantiles = trial.evidence().quantiles(0);
        return !quantiles.isEmpty() && quantiles.getFirst().goProven();
    }

    private void slower(
            Consumer<GateRow> told, String quantile, int share, double times, double ofThem) {
        String name =
                "durations x%s for %s of requests, P%s, share %d %%, NO_GO x1.0"
                        .formatted(
                                times,
                                Words.percent(ofThem),
                                Words.hundredths(new BigDecimal(quantile)),
                                share);
        int baseline = CANDIDATE_AT_A_LOOK * (100 - share) / share;
        tellRequests(
                told,
                name,
                simulation.run(
                        name,
                        plan(quantile, NO_GO_ONLY, ANY_WORSE),
                        trial -> {
                            while (!trial.isNoGo() && trial.candidateRequests() < MOST_REQUESTS) {
                                Traffic traffic = trial.traffic();
                                trial.values(
                                        0,
                                        "",
                                        durations(traffic, baseline, MEDIAN_MILLIS, 1, 1),
                                        durations(
                                                traffic,
                                                CANDIDATE_AT_A_LOOK,
                                                MEDIAN_MILLIS,
                                                times,
                                                ofThem));
                                trial.seal(0);
                            }
                            return trial.candidateRequests();
                        }));
    }

    private void requestsToGo(Consumer<GateRow> told, double margin) {
        String name = "P99 of equal sides, share 10 %%, GO x%s".formatted(margin);
        tellRequests(
                told,
                name,
                simulation.run(
                        name,
                        plan("0.99", margin, 1.1),
                        trial -> {
                            while (!isGo(trial) && trial.candidateRequests() < MOST_REQUESTS) {
                                look(
                                        trial,
                                        9 * CANDIDATE_AT_A_LOOK,
                                        CANDIDATE_AT_A_LOOK,
                                        MEDIAN_MILLIS);
                            }
                            return trial.candidateRequests();
                        }));
    }
}
