package io.sluice.engine.cutover;

import io.sluice.engine.cutover.GateRow.Measure;
import io.sluice.engine.cutover.Trial.Outcome;
import io.sluice.engine.cutover.Trial.Result;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Measures the gate by simulated cutovers: how often it is wrong, and how soon it is right. What
 * decides is what decides for real, {@link RunEvidence}; only the traffic is made up. The same seed
 * and number of runs give the same rows, but for processor time. Uses the common fork-join pool.
 * Immutable.
 */
public final class GateBench {

    /** A NO_GO margin at which any difference that is proven is NO_GO. */
    private static final double ANY_WORSE = 1.0;

    /** A GO margin for where GO is not asked about: it must only be above the other one. */
    private static final double NO_GO_ONLY = 1.5;

    private static final double ERRORS = 0.005;
    private static final int LOOKS = 200;

    private static final List<String> TEN_ROUTES =
            IntStream.range(0, 10).mapToObj(route -> "/" + route).toList();

    /** Runs that said nothing until then count as having taken so many requests. */
    private static final long MOST_REQUESTS = 400_000;

    /** Traffic steps of an hour each at 6,000 requests a minute. */
    private static final double[] SHARES = {0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9};

    private static final int MINUTES_A_STEP = 60;

    private final long seed;
    private final int runs;

    /**
     * @param runs how many cutovers each row simulates
     * @throws IllegalArgumentException if there are none
     */
    public GateBench(long seed, int runs) {
        if (runs < 1) {
            throw new IllegalArgumentException("runs must be at least 1, is " + runs);
        }
        this.seed = seed;
        this.runs = runs;
    }

    /** Computes all rows, and tells each as soon as it is there. */
    public void run(Consumer<GateRow> told) {
        falseNoGo(told);
        verdicts(told);
        requestsToGo(told);
        detection(told);
        steps(told);
        new LatencyBench(this::simulate).run(told);
        told.accept(DecisionCost.measure());
    }

    <T> List<T> simulate(String name, CutoverPlan plan, Function<Trial, T> simulation) {
        return simulate(name, traffic -> simulation.apply(new Trial(plan, traffic)));
    }

    private <T> List<T> simulate(String name, Function<Traffic, T> simulation) {
        long first = seed * 1_000_003 + name.hashCode() * 10_000_019L;
        return IntStream.range(0, runs)
                .parallel()
                .mapToObj(run -> simulation.apply(new Traffic(first + run)))
                .toList();
    }

    private GateRow share(String name, Measure measure, List<Boolean> which) {
        return GateRow.share(name, measure, which.stream().filter(each -> each).count(), runs);
    }

    private static void tellRequests(String name, Consumer<GateRow> told, List<Long> requests) {
        double[] values = requests.stream().mapToDouble(Long::doubleValue).toArray();
        told.accept(GateRow.median(name, Measure.MEDIAN_REQUESTS, values));
        told.accept(GateRow.quantile(name, Measure.P90_REQUESTS, values, 0.9));
    }

    // ---- wrong NO_GO, whatever the traffic is like ----

    /** Seals one interval of the only step: one look at the evidence. */
    @FunctionalInterface
    private interface Look {
        void seal(Trial trial, int look);
    }

    private void falseNoGo(Consumer<GateRow> told) {
        told.accept(equalSides("errors 0.5 %, share 50 %", 500, 500, ERRORS));
        told.accept(equalSides("errors 0.5 %, share 1 %", 9_900, 100, ERRORS));
        told.accept(equalSides("errors 0.05 %, share 50 %", 500, 500, ERRORS / 10));
        told.accept(equalSides("errors 20 %, share 20 %", 80, 20, 0.2));
        told.accept(falseNoGo("shared shocks, log-sd 0.7, AR 0.9", GateBench::sharedShocks));
        told.accept(falseNoGo("ramp 1 to 50 % while both get x2.7 worse", () -> GateBench::ramp));
        told.accept(falseNoGo("routes mixed 80/20 and 50/50", () -> GateBench::otherMix));
        told.accept(
                falseNoGo(
                        "ten routes, each judged",
                        SimulatedPlan.of(1).groups(),
                        0.5,
                        () -> (trial, look) -> tenRoutes(trial, 27, 3, 1, 1)));
        told.accept(
                falseNoGo(
                        "ten routes, each judged against a snapshot of 100,000",
                        SimulatedPlan.of(1).groups(),
                        1,
                        () ->
                                (trial, look) -> {
                                    if (look == 0) {
                                        trial.snapshot(0, TEN_ROUTES, 10_000, ERRORS);
                                    }
                                    tenRoutes(trial, 0, 30, 1, 1);
                                }));
        tempered(told, "errors in twos on average", () -> clusters(2));
        tempered(told, "errors in fours on average", () -> clusters(4));
        tempered(told, "each side's own shocks, log-sd 0.5, AR 0.8", GateBench::ownShocks);
        tempered(told, "independent errors", () -> traffic -> traffic.errors(1_000, ERRORS));
    }

    /** How many errors one side has in its next minute of 1,000 requests. */
    @FunctionalInterface
    private interface Minutes {
        long next(Traffic traffic);
    }

    /** Incidents that fail so many requests on average: geometric sizes, as many errors in all. */
    private static Minutes clusters(int mean) {
        return traffic -> {
            long errors = 0;
            for (long incidents = traffic.errors(1_000, ERRORS / mean);
                    incidents > 0;
                    incidents--) {
                errors += (long) traffic.trialsUntil(1.0 / mean);
            }
            return Math.min(errors, 1_000);
        };
    }

    private static Minutes ownShocks() {
        ShockedRatio ratio = new ShockedRatio(ERRORS, 0.5, 0.8);
        return traffic -> traffic.errors(1_000, Math.min(ratio.next(traffic), 1));
    }

    /**
     * First a history of the baseline alone, on which dispersion is measured as before a run; then
     * both sides.
     */
    private void tempered(Consumer<GateRow> told, String what, Supplier<Minutes> sides) {
        String name =
                "equal sides, %d looks, NO_GO x1.0, %s, dispersion measured".formatted(LOOKS, what);
        CutoverPlan plan = SimulatedPlan.of(1).step(0.5, NO_GO_ONLY, ANY_WORSE).plan();
        List<Tempered> results = simulate(name, traffic -> tempered(plan, traffic, sides));
        told.accept(
                share(name, Measure.FALSE_NO_GO, results.stream().map(Tempered::wrong).toList()));
        told.accept(
                GateRow.median(
                        name,
                        Measure.MEDIAN_DISPERSION,
                        results.stream().mapToDouble(Tempered::dispersion).toArray()));
    }

    private record Tempered(boolean wrong, double dispersion) {}

    private static Tempered tempered(CutoverPlan plan, Traffic traffic, Supplier<Minutes> sides) {
        Minutes history = sides.get();
        List<BadOfTotal> minutes = new ArrayList<>();
        for (long minute = BaselineHistory.LENGTH.toMinutes(); minute > 0; minute--) {
            minutes.add(new BadOfTotal(history.next(traffic), 1_000));
        }
        Dispersion dispersion = Dispersion.of(minutes);
        Trial trial = new Trial(plan, traffic, dispersion);
        Minutes baseline = sides.get();
        Minutes candidate = sides.get();
        for (int look = 0; look < LOOKS && !trial.isNoGo(); look++) {
            trial.group(0, "", baseline.next(traffic), 1_000, candidate.next(traffic), 1_000);
            trial.seal(0);
        }
        return new Tempered(trial.isNoGo(), dispersion.factor());
    }

    private GateRow equalSides(String what, long baseline, long candidate, double ratio) {
        return falseNoGo(
                what, () -> (trial, look) -> trial.interval(0, baseline, ratio, candidate, ratio));
    }

    private static Look sharedShocks() {
        ShockedRatio ratio = new ShockedRatio(ERRORS, 0.7, 0.9);
        return (trial, look) -> {
            double now = ratio.next(trial.traffic());
            trial.interval(0, 900, now, 100, now);
        };
    }

    private static void ramp(Trial trial, int look) {
        double progress = look / (LOOKS - 1.0);
        long candidate = Math.round(6_000 * (0.01 + 0.49 * progress));
        double ratio = ERRORS * Math.pow(2.7, progress);
        trial.interval(0, 6_000 - candidate, ratio, candidate, ratio);
    }

    private static void otherMix(Trial trial, int look) {
        Traffic traffic = trial.traffic();
        trial.group(0, "/a", traffic.errors(400, 0.001), 400, traffic.errors(250, 0.001), 250);
        trial.group(0, "/b", traffic.errors(100, 0.02), 100, traffic.errors(250, 0.02), 250);
        trial.seal(0);
    }

    /** So many requests of each side to each of ten routes, of which one has other errors. */
    private static void tenRoutes(
            Trial trial, long baseline, long candidate, double timesOnOne, double timesOnOthers) {
        Traffic traffic = trial.traffic();
        for (String route : TEN_ROUTES) {
            double times = route.equals(TEN_ROUTES.getFirst()) ? timesOnOne : timesOnOthers;
            trial.group(
                    0,
                    route,
                    traffic.errors(baseline, ERRORS),
                    baseline,
                    traffic.errors(candidate, ERRORS * times),
                    candidate);
        }
        trial.seal(0);
    }

    /**
     * @param looks begins a run's looks, which may remember what was before
     */
    private GateRow falseNoGo(String what, Supplier<Look> looks) {
        return falseNoGo(what, SimulatedPlan.of(1), 0.5, looks);
    }

    private GateRow falseNoGo(
            String what, SimulatedPlan steps, double share, Supplier<Look> looks) {
        String name = "equal sides, %d looks, NO_GO x1.0, %s".formatted(LOOKS, what);
        List<Boolean> wrong =
                simulate(
                        name,
                        steps.step(share, NO_GO_ONLY, ANY_WORSE).plan(),
                        trial -> {
                            Look each = looks.get();
                            for (int look = 0; look < LOOKS && !trial.isNoGo(); look++) {
                                each.seal(trial, look);
                            }
                            return trial.isNoGo();
                        });
        return share(name, Measure.FALSE_NO_GO, wrong);
    }

    // ---- GO, NO_GO, HOLD ----

    /** Which verdict comes first, by how much worse the candidate is. */
    void verdicts(Consumer<GateRow> told) {
        for (PublishedVerdicts.Row published : PublishedVerdicts.ROWS) {
            double truth = published.truth();
            CutoverPlan plan =
                    SimulatedPlan.of(1)
                            .step(0.1, published.goMargin(), published.noGoMargin())
                            .plan();
            String name =
                    "errors 0.5 %%, share 10 %%, GO x%s, NO_GO x%s, truth x%s"
                            .formatted(published.goMargin(), published.noGoMargin(), truth);
            List<Result> results =
                    simulate(name, plan, trial -> trial.decide(450, ERRORS, 50, truth, 40_000));
            told.accept(
                    share(name, Measure.GO_SHARE, are(results, Outcome.GO))
                            .beside(published.go(), PublishedVerdicts.RUNS));
            told.accept(
                    share(name, Measure.NO_GO_SHARE, are(results, Outcome.NO_GO))
                            .beside(published.noGo(), PublishedVerdicts.RUNS));
            tellRequests(name, told, requests(results));
        }
    }

    private static List<Boolean> are(List<Result> results, Outcome outcome) {
        return results.stream().map(result -> result.outcome() == outcome).toList();
    }

    private static List<Long> requests(List<Result> results) {
        return results.stream().map(Result::candidateRequests).toList();
    }

    /** How long an equal candidate takes to GO. */
    private void requestsToGo(Consumer<GateRow> told) {
        for (double margin : new double[] {3.0, 2.0, 1.5, 1.25}) {
            for (long baseline : new long[] {4_950, 450, 50}) {
                double share = 50.0 / (50 + baseline);
                String name =
                        "equal sides, errors 0.5 %%, share %s, GO x%s"
                                .formatted(Words.percent(share), margin);
                CutoverPlan plan = SimulatedPlan.of(1).step(share, margin, 1.2).plan();
                List<Result> results =
                        simulate(
                                name,
                                plan,
                                trial -> trial.decide(baseline, ERRORS, 50, 1, MOST_REQUESTS));
                tellRequests(name, told, requests(results));
            }
        }
    }

    // ---- detection ----

    /** How long it takes until an error ratio that doubled is NO_GO. */
    private void detection(Consumer<GateRow> told) {
        for (long baseline : new long[] {30, 270, 2_970}) {
            detection(told, baseline, ANY_WORSE);
        }
        detection(told, 30, 1.2);
        detection(told, 2_970, 1.2);
        oneRoute(told, 10, 1);
        oneRoute(told, 10, 0.05);
        oneRouteAlone(told, 10, 1);
        oneRouteAlone(told, 10, 0.05);
        for (long total : new long[] {20_000, 100_000, 1_000_000}) {
            String name = "errors 0.5 %% to 1 %%, snapshot of %d, NO_GO x1.0".formatted(total);
            CutoverPlan plan = SimulatedPlan.of(1).step(1, NO_GO_ONLY, ANY_WORSE).plan();
            List<Long> requests =
                    simulate(
                            name,
                            plan,
                            trial -> {
                                trial.snapshot(0, total, ERRORS);
                                return requestsToNoGo(trial, 0);
                            });
            tellRequests(name, told, requests);
        }
    }

    private void detection(Consumer<GateRow> told, long baseline, double margin) {
        String name =
                "errors 0.5 %% to 1 %%, share %s, NO_GO x%s"
                        .formatted(Words.percent(30.0 / (30 + baseline)), margin);
        CutoverPlan plan = SimulatedPlan.of(1).step(0.5, NO_GO_ONLY, margin).plan();
        tellRequests(name, told, simulate(name, plan, trial -> requestsToNoGo(trial, baseline)));
    }

    /** One route of ten is worse; the others are as they were, or hide it. */
    private void oneRoute(Consumer<GateRow> told, double timesOnOne, double timesOnOthers) {
        oneRoute(
                told,
                "share 10 %%, one of ten routes x%s, the others x%s"
                        .formatted(timesOnOne, timesOnOthers),
                0.1,
                _ -> {},
                trial -> tenRoutes(trial, 27, 3, timesOnOne, timesOnOthers));
    }

    /** The same once all traffic is the candidate's. */
    private void oneRouteAlone(Consumer<GateRow> told, double timesOnOne, double timesOnOthers) {
        oneRoute(
                told,
                "snapshot of 100,000, one of ten routes x%s, the others x%s"
                        .formatted(timesOnOne, timesOnOthers),
                1,
                trial -> trial.snapshot(0, TEN_ROUTES, 10_000, ERRORS),
                trial -> tenRoutes(trial, 0, 30, timesOnOne, timesOnOthers));
    }

    private void oneRoute(
            Consumer<GateRow> told,
            String what,
            double share,
            Consumer<Trial> begin,
            Consumer<Trial> interval) {
        String name = "errors 0.5 %%, %s, NO_GO x1.2".formatted(what);
        CutoverPlan plan = SimulatedPlan.of(1).groups().step(share, NO_GO_ONLY, 1.2).plan();
        List<Long> requests =
                simulate(
                        name,
                        plan,
                        trial -> {
                            begin.accept(trial);
                            while (!trial.isNoGo() && trial.candidateRequests() < MOST_REQUESTS) {
                                interval.accept(trial);
                            }
                            return trial.candidateRequests();
                        });
        tellRequests(name, told, requests);
    }

    private static long requestsToNoGo(Trial trial, long baseline) {
        while (!trial.isNoGo() && trial.candidateRequests() < MOST_REQUESTS) {
            trial.interval(0, baseline, ERRORS, 30, 2 * ERRORS);
        }
        return trial.candidateRequests();
    }

    // ---- whole cutovers ----

    private void steps(Consumer<GateRow> told) {
        String healthy = "7 steps of 60 min, NO_GO x1.0, no fault";
        List<Boolean> wrong =
                simulate(
                        healthy,
                        sevenSteps(),
                        trial -> minutesToNoGo(trial, 0, 1) < Integer.MAX_VALUE);
        told.accept(share(healthy, Measure.FALSE_NO_GO, wrong));
        faultFrom(told, 0, 1.5);
        faultFrom(told, 4, 1.5);
        faultFrom(told, 5, 1.3);
        faultFrom(told, 5, 2.0);
    }

    private void faultFrom(Consumer<GateRow> told, int step, double times) {
        String name =
                "7 steps of 60 min, NO_GO x1.0, x%s from the %s step on"
                        .formatted(times, Words.percent(SHARES[step]));
        List<Integer> minutes =
                simulate(name, sevenSteps(), trial -> minutesToNoGo(trial, step, times));
        List<Boolean> found = minutes.stream().map(each -> each < Integer.MAX_VALUE).toList();
        told.accept(share(name, Measure.NO_GO_SHARE, found));
        double[] values =
                minutes.stream()
                        .mapToDouble(each -> Math.min(each, SHARES.length * MINUTES_A_STEP))
                        .toArray();
        told.accept(GateRow.median(name, Measure.MEDIAN_MINUTES, values));
    }

    private static CutoverPlan sevenSteps() {
        SimulatedPlan plan = SimulatedPlan.of(1);
        for (double share : SHARES) {
            plan.step(share, NO_GO_ONLY, ANY_WORSE);
        }
        return plan.plan();
    }

    /** Since the fault began; the highest number there is if nothing was ever said. */
    private static int minutesToNoGo(Trial trial, int faultyStep, double times) {
        for (int minute = 0; minute < SHARES.length * MINUTES_A_STEP; minute++) {
            int step = minute / MINUTES_A_STEP;
            long candidate = Math.round(6_000 * SHARES[step]);
            double ratio = step < faultyStep ? ERRORS : ERRORS * times;
            trial.interval(step, 6_000 - candidate, ERRORS, candidate, ratio);
            if (trial.isNoGo()) {
                return minute + 1 - faultyStep * MINUTES_A_STEP;
            }
        }
        return Integer.MAX_VALUE;
    }
}
