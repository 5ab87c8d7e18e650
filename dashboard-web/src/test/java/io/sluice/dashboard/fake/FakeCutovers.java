package io.sluice.dashboard.fake;

import io.sluice.definitions.model.Cutover;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.PlanOverride;
import io.sluice.engine.cutover.PlanReport;
import io.sluice.engine.cutover.RefusedRunException;
import io.sluice.engine.cutover.Run;
import io.sluice.engine.series.Sketch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Four cutovers, told as they would go: one done, one under way, one stopped by a race, one not
 * begun.
 */
final class FakeCutovers {
    private static final double LOG_GO_NEEDED = Math.log(20);
    private static final double LOG_NO_GO_NEEDED = Math.log(100);
    private static final Duration INTERVAL = Duration.ofSeconds(20);

    private static final String REFUSAL =
            "step 0 (share 1 %): it takes about 120 min; the deadline is 60 min";

    private FakeCutovers() {}

    /** A cutover's status with every decision that led to it, newest first. */
    record Story(CutoverStatus status, List<Decision> decisions) {}

    /** A plan whose first step takes longer than its deadline. */
    static PlanReport plan(CutoverStatus status, Instant now) {
        Cutover cutover = status.cutover();
        List<PlanReport.Step> steps = new ArrayList<>();
        for (Cutover.Step step : cutover.steps()) {
            steps.add(
                    new PlanReport.Step(
                            steps.size(),
                            step.share(),
                            Optional.of(Duration.ofHours(1)),
                            List.of(
                                    new PlanReport.Expected(
                                            "errors",
                                            true,
                                            step.goMargin(),
                                            step.noGoMargin(),
                                            OptionalLong.of(7_200),
                                            OptionalLong.of(
                                                    Math.round(7_200 / (100 * step.share())))))));
        }
        return new PlanReport(
                cutover.name(),
                now,
                List.of(
                        new PlanReport.Baseline(
                                "errors",
                                OptionalDouble.of(6_000),
                                OptionalDouble.of(0.008),
                                1.4,
                                OptionalDouble.empty())),
                steps,
                List.of(REFUSAL));
    }

    static RefusedRunException refused(String cutover) {
        return new RefusedRunException(cutover, List.of(REFUSAL));
    }

    static Story done(Instant now) {
        Cutover cutover = ShopFlow.cutover("catalog", "Product Catalog");
        return new Teller(cutover, "catalog-2.3.1", now.minus(Duration.ofMinutes(95)), now)
                .step(0, Duration.ofMinutes(16), 52_000, 0.008, 0.0005)
                .step(1, Duration.ofMinutes(14), 52_000, 0.008, 0.0005)
                .step(2, Duration.ofMinutes(15), 52_000, 0.008, 0.0005)
                .step(3, Duration.ofMinutes(14), 52_000, 0.008, 0.0005)
                .tell(true, 34, 21, 0.55);
    }

    static Story running(Instant now) {
        Cutover cutover = ShopFlow.cutover("cart", "Cart");
        return new Teller(cutover, "cart-2.1.0", now.minus(Duration.ofMinutes(24)), now)
                .step(0, Duration.ofMinutes(15), 6_000, 0.0081, 0.0006)
                .step(1, Duration.ofMinutes(9), 6_000, 0.0081, 0.0136)
                .tell(false, 74, 38, 0.5);
    }

    static Story stopped(Instant now) {
        Cutover cutover = ShopFlow.cutover("checkout", "Checkout Core");
        return new Teller(cutover, "checkout-2.0.0-rc1", now.minus(Duration.ofMinutes(7)), now)
                .step(0, Duration.ofMinutes(7), 9_600, 0.0083, 0.218)
                .tell(false, 1_150, 420, 0.6);
    }

    /** A cutover whose texts are all this one. */
    static Story titled(Instant now, String text) {
        Decision decision =
                new Decision(
                        "text",
                        1,
                        text,
                        Optional.empty(),
                        Decision.Verdict.HOLD,
                        false,
                        List.of(new Decision.Reason(Decision.Code.NEED_MORE_DATA, text, text)),
                        List.of(),
                        Decision.Forecast.UNKNOWN,
                        60,
                        "ev_1",
                        "",
                        "",
                        now,
                        Optional.empty());
        Run run = new Run("text", 1, text, text, now, Optional.empty(), "", List.of());
        return new Story(
                new CutoverStatus(
                        ShopFlow.cutover("text", text),
                        now,
                        Optional.of(run),
                        Optional.of(new PlanOverride(text, text, List.of(text))),
                        Optional.of(decision),
                        List.of(),
                        List.of(),
                        List.of(text, text + 2),
                        0,
                        0),
                List.of(decision));
    }

    static Story notBegun(Instant now) {
        Cutover cutover = ShopFlow.cutover("auth", "Auth");
        Decision decision =
                new Decision(
                        cutover.name(),
                        0,
                        "",
                        Optional.empty(),
                        Decision.Verdict.HOLD,
                        false,
                        List.of(
                                new Decision.Reason(
                                        Decision.Code.NO_RUN, "", "no run was started")),
                        List.of(),
                        Decision.Forecast.UNKNOWN,
                        60,
                        "",
                        "",
                        "c0ffee",
                        now,
                        Optional.empty());
        List<CutoverStatus.SideBySide> metrics =
                List.of(
                        new CutoverStatus.SideBySide(
                                "errors",
                                412,
                                51_870,
                                0,
                                0,
                                List.of(),
                                Optional.empty(),
                                Optional.empty()),
                        new CutoverStatus.SideBySide(
                                "slow",
                                655,
                                51_870,
                                0,
                                0,
                                List.of(),
                                Optional.of(latencies(80, 0.5, 51_870)),
                                Optional.of(new Sketch())));
        return new Story(
                new CutoverStatus(
                        cutover,
                        now,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(decision),
                        metrics,
                        List.of(),
                        List.of(),
                        0,
                        0),
                List.of());
    }

    static Sketch latencies(double medianMillis, double sigma, long count) {
        Sketch sketch = new Sketch();
        int steps = 400;
        for (int i = 0; i < steps; i++) {
            double q = (i + 0.5) / steps;
            long n = count * (i + 1) / steps - count * i / steps;
            sketch.add(medianMillis * Math.exp(sigma * Math.sqrt(2) * inverseErf(2 * q - 1)), n);
        }
        return sketch;
    }

    /** Winitzki's approximation; good enough for a picture. */
    private static double inverseErf(double x) {
        double ln = Math.log(1 - x * x);
        double a = 0.147;
        double t = 2 / (Math.PI * a) + ln / 2;
        return Math.signum(x) * Math.sqrt(Math.sqrt(t * t - ln / a) - t);
    }

    /** Plays the steps interval by interval and decides after each, by a simplified rule. */
    private static final class Teller {
        private final Cutover cutover;
        private final String revision;
        private final Instant startedAt;
        private final Instant now;
        private final List<Run.StepReport> steps = new ArrayList<>();
        private final List<CutoverStatus.Minute> minutes = new ArrayList<>();
        private final List<Decision> decisions = new ArrayList<>();
        private Instant at;
        private long baselineBad;
        private long baselineTotal;
        private long candidateBad;
        private long candidateTotal;
        private double logENoGo;
        private boolean stopped;

        Teller(Cutover cutover, String revision, Instant startedAt, Instant now) {
            this.cutover = cutover;
            this.revision = revision;
            this.startedAt = startedAt;
            this.now = now;
            this.at = startedAt;
        }

        Teller step(
                int index,
                Duration length,
                long perMinute,
                double baselineShare,
                double candidateShare) {
            Cutover.Step plan = cutover.steps().get(index);
            Run.StepReport report = new Run.StepReport(index, plan.share(), at);
            steps.add(report);
            long stepBb = 0;
            long stepBt = 0;
            long stepCb = 0;
            long stepCt = 0;
            double logEGo = 0;
            for (Instant end = at.plus(length);
                    at.isBefore(end) && !at.isAfter(now);
                    at = at.plus(INTERVAL)) {
                int i = decisions.size();
                double wobble = 1 + 0.25 * Math.sin(i * 1.7) + 0.15 * Math.cos(i * 0.37);
                long total = Math.round(perMinute / 3.0 * (1 + 0.08 * Math.sin(i * 0.5)));
                long ct = Math.round(total * plan.share());
                long bt = total - ct;
                long bb = Math.round(bt * baselineShare * wobble);
                long cb =
                        Math.round((stepCt + ct) * candidateShare * (0.9 + 0.1 * wobble)) - stepCb;
                cb = Math.clamp(cb, 0, ct);
                minutes.add(new CutoverStatus.Minute(at, bb, bt, cb, ct));
                stepBb += bb;
                stepBt += bt;
                stepCb += cb;
                stepCt += ct;
                double ratio = ratio(stepBb, stepBt, stepCb, stepCt);
                double gain = (bt == 0 ? ct : Math.min(stepCt, stepBt)) * baselineShare;
                logEGo =
                        gain
                                * Math.max(-1, Math.log(plan.goMargin() / Math.max(ratio, 0.02)))
                                * 0.32;
                logENoGo =
                        Math.max(
                                -2.5 * Math.min(1, i / 30.0),
                                gain * Math.log(Math.max(ratio, 0.02) / plan.noGoMargin()) * 0.5);
                decide(report, plan, stepBb, stepBt, stepCb, stepCt, logEGo, perMinute);
            }
            baselineBad += stepBb;
            baselineTotal += stepBt;
            candidateBad += stepCb;
            candidateTotal += stepCt;
            return this;
        }

        private static double ratio(long bb, long bt, long cb, long ct) {
            return bt == 0 && ct > 0
                    ? 0.06
                    : ct == 0 || bb == 0 ? 1 : ((double) cb / ct) / ((double) bb / bt);
        }

        /** Once no traffic is left, what the run's earlier steps had stands in. */
        private String baseline(long bad, long total) {
            return total > 0
                    ? share(bad, total)
                    : share(baselineBad, baselineTotal) + " (sealed in this run's earlier steps)";
        }

        private static String share(long bad, long total) {
            return "%.2f %% of %,d".formatted(100.0 * bad / total, total);
        }

        private void decide(
                Run.StepReport report,
                Cutover.Step plan,
                long bb,
                long bt,
                long cb,
                long ct,
                double logEGo,
                long perMinute) {
            boolean goProven = logEGo >= LOG_GO_NEEDED;
            boolean noGoProven = stopped || logENoGo >= LOG_NO_GO_NEEDED;
            stopped = noGoProven;
            double ratio = ratio(bb, bt, cb, ct);
            Decision.Verdict verdict =
                    noGoProven
                            ? Decision.Verdict.NO_GO
                            : goProven ? Decision.Verdict.GO : Decision.Verdict.HOLD;
            String sides =
                    "errors: candidate %.2f %% of %,d, baseline %s"
                            .formatted(100.0 * cb / ct, ct, baseline(bb, bt));
            Decision.Reason reason =
                    switch (verdict) {
                        case NO_GO ->
                                new Decision.Reason(
                                        Decision.Code.REGRESSION,
                                        "errors",
                                        sides
                                                + "; worse than x%s is proven at 1 %% risk for the whole cutover"
                                                        .formatted(plan.noGoMargin()));
                        case GO ->
                                new Decision.Reason(
                                        Decision.Code.PROVEN,
                                        "errors",
                                        sides
                                                + "; worse than x%s is ruled out at 5 %% risk"
                                                        .formatted(plan.goMargin()));
                        case HOLD ->
                                new Decision.Reason(
                                        Decision.Code.NEED_MORE_DATA,
                                        "errors",
                                        sides
                                                + "; worse than x%s is not ruled out yet"
                                                        .formatted(plan.goMargin()));
                    };
            double missing = Math.max(0, LOG_GO_NEEDED - Math.max(0, logEGo)) / LOG_GO_NEEDED;
            long requests = Math.round(3_000 * missing / plan.share() * 0.3 + 100);
            double perSecond = perMinute * plan.share() / 60;
            Decision.Forecast forecast =
                    verdict == Decision.Verdict.HOLD
                            ? new Decision.Forecast(
                                    OptionalLong.of(requests),
                                    OptionalLong.of(Math.round(requests / perSecond)))
                            : Decision.Forecast.UNKNOWN;
            boolean last = report.index() == cutover.steps().size() - 1;
            int number = decisions.size() + 1;
            decisions.add(
                    new Decision(
                            cutover.name(),
                            1,
                            revision,
                            Optional.of(report),
                            verdict,
                            verdict == Decision.Verdict.NO_GO
                                    || (verdict == Decision.Verdict.GO && last),
                            List.of(reason),
                            List.of(
                                    new Decision.MetricEvidence(
                                            "errors",
                                            true,
                                            bb,
                                            bt,
                                            cb,
                                            ct,
                                            bb == 0 || ct == 0
                                                    ? OptionalDouble.empty()
                                                    : OptionalDouble.of(ratio),
                                            plan.goMargin(),
                                            plan.noGoMargin(),
                                            logEGo,
                                            LOG_GO_NEEDED,
                                            logENoGo,
                                            LOG_NO_GO_NEEDED,
                                            goProven,
                                            noGoProven),
                                    new Decision.MetricEvidence(
                                            "slow",
                                            false,
                                            bt / 90,
                                            bt,
                                            ct / 240,
                                            ct,
                                            ct < 240
                                                    ? OptionalDouble.empty()
                                                    : OptionalDouble.of(0.38),
                                            plan.goMargin(),
                                            plan.noGoMargin(),
                                            logEGo * 0.8,
                                            LOG_GO_NEEDED,
                                            -1.1,
                                            LOG_NO_GO_NEEDED,
                                            logEGo * 0.8 >= LOG_GO_NEEDED,
                                            false)),
                            forecast,
                            10,
                            "ev_%s_%04d".formatted(cutover.name(), number),
                            "9f86d081884c7d65",
                            "c0ffee",
                            at.plus(INTERVAL),
                            Optional.of(at.plus(INTERVAL).minusSeconds(5))));
        }

        Story tell(boolean ended, double baselineMillis, double candidateMillis, double sigma) {
            Run run =
                    new Run(
                            cutover.name(),
                            1,
                            revision,
                            "cutover-automation",
                            startedAt,
                            ended ? Optional.of(at) : Optional.empty(),
                            "5f1c09e7aa41c2d0",
                            steps);
            List<CutoverStatus.SideBySide> metrics =
                    List.of(
                            new CutoverStatus.SideBySide(
                                    "errors",
                                    baselineBad,
                                    baselineTotal,
                                    candidateBad,
                                    candidateTotal,
                                    minutes,
                                    Optional.empty(),
                                    Optional.empty()),
                            new CutoverStatus.SideBySide(
                                    "slow",
                                    baselineTotal / 90,
                                    baselineTotal,
                                    candidateTotal / 240,
                                    candidateTotal,
                                    slow(),
                                    Optional.of(latencies(baselineMillis, sigma, baselineTotal)),
                                    Optional.of(
                                            latencies(
                                                    candidateMillis,
                                                    sigma * 0.8,
                                                    candidateTotal))));
            List<Decision> newestFirst = new ArrayList<>(decisions);
            Collections.reverse(newestFirst);
            return new Story(
                    new CutoverStatus(
                            cutover,
                            now,
                            Optional.of(run),
                            Optional.empty(),
                            Optional.of(newestFirst.getFirst()),
                            metrics,
                            cutover.quantiles().stream()
                                    .map(
                                            metric ->
                                                    new CutoverStatus.SideValues(
                                                            metric.name(),
                                                            latencies(
                                                                    baselineMillis,
                                                                    sigma,
                                                                    baselineTotal),
                                                            latencies(
                                                                    candidateMillis,
                                                                    sigma * 0.8,
                                                                    candidateTotal)))
                                    .toList(),
                            List.of("/" + cutover.name(), "/" + cutover.name() + "/items"),
                            12,
                            0),
                    newestFirst);
        }

        private List<CutoverStatus.Minute> slow() {
            return minutes.stream()
                    .map(
                            m ->
                                    new CutoverStatus.Minute(
                                            m.at(),
                                            m.baselineTotal() / 90,
                                            m.baselineTotal(),
                                            m.candidateTotal() / 240,
                                            m.candidateTotal()))
                    .toList();
        }
    }
}
