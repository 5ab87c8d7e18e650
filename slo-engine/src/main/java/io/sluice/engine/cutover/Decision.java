package io.sluice.engine.cutover;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * May this go on? With everything that the answer was made from.
 *
 * @param evidenceId names the stored evidence; empty for answers that depend on the question (a
 *     step mismatch), and for a HOLD that is not on disk yet
 * @param configSha256 of everything in the cutover's definition that a verdict depends on
 * @param sha256 of the evidence's canonical JSON
 * @param dataThrough the end of the newest sealed stratum with events
 */
public record Decision(
        String cutover,
        int run,
        String revision,
        Optional<Run.StepReport> step,
        Verdict verdict,
        boolean isFinal,
        List<Reason> reasons,
        List<MetricEvidence> metrics,
        Forecast forecast,
        int retryAfterSeconds,
        String evidenceId,
        String sha256,
        String configSha256,
        Instant evaluatedAt,
        Optional<Instant> dataThrough) {
    public Decision {
        reasons = List.copyOf(reasons);
        metrics = List.copyOf(metrics);
    }

    /** The three answers. */
    public enum Verdict {
        GO(1),
        HOLD(0),
        NO_GO(-1);

        private final int code;

        Verdict(int code) {
            this.code = code;
        }

        /** 1, 0 or -1. */
        public int code() {
            return code;
        }
    }

    /** Why, as a stable code, with a sentence for people. */
    public record Reason(Code code, String metric, String text) {}

    /** Reason codes: additions only. */
    public enum Code {
        /** Every gate holds. */
        PROVEN,
        /** A metric is proven worse than its margin allows. */
        REGRESSION,
        /** The candidate misses its own objective, beyond doubt. */
        OBJECTIVE_BREACHED,
        /** A page is firing for an objective of this cutover. */
        PAGE_FIRING,
        NEED_MORE_DATA,
        NEED_MORE_TIME,
        /** Not proven before the step's deadline; from then on a person decides. */
        DEADLINE_PASSED,
        /** Somebody whose role the step asks for has not approved it, or not lately. */
        APPROVAL_MISSING,
        /** Somebody approved the step. */
        APPROVED,
        /** The load that the next share brings was not carried yet. */
        CAPACITY_UNPROVEN,
        NO_RUN,
        NO_STEP,
        NO_DATA,
        STALE_DATA,
        LATE_DATA,
        STEP_MISMATCH,
        /** The candidate's share of the events is not the one that was reported. */
        SPLIT_MISMATCH,
        CONFIG_CHANGED,
        /** Somebody decided otherwise than a gate, and said why. */
        OVERRIDDEN,
        /** NO_GO was said before in this run, and stays. */
        LATCHED
    }

    /**
     * One metric's counts and evidence, in the current step unless said otherwise.
     *
     * @param ratio candidate's bad ratio over baseline's; empty where it is undefined
     * @param logEGo natural log of the e-value against "worse than goMargin"; GO needs
     *     ln(1/alphaGo)
     * @param logENoGo of the whole run's e-value against "not worse than noGoMargin"
     * @param quantile where a quantile is compared: then nothing is bad, and the ratio is that of
     *     both sides' values
     */
    public record MetricEvidence(
            String name,
            boolean required,
            long baselineBad,
            long baselineTotal,
            long candidateBad,
            long candidateTotal,
            OptionalDouble ratio,
            double goMargin,
            double noGoMargin,
            double logEGo,
            double logEGoNeeded,
            double logENoGo,
            double logENoGoNeeded,
            boolean goProven,
            boolean noGoProven,
            Optional<Quantile> quantile) {

        /** Of good and bad events. */
        public MetricEvidence(
                String name,
                boolean required,
                long baselineBad,
                long baselineTotal,
                long candidateBad,
                long candidateTotal,
                OptionalDouble ratio,
                double goMargin,
                double noGoMargin,
                double logEGo,
                double logEGoNeeded,
                double logENoGo,
                double logENoGoNeeded,
                boolean goProven,
                boolean noGoProven) {
            this(
                    name,
                    required,
                    baselineBad,
                    baselineTotal,
                    candidateBad,
                    candidateTotal,
                    ratio,
                    goMargin,
                    noGoMargin,
                    logEGo,
                    logEGoNeeded,
                    logENoGo,
                    logENoGoNeeded,
                    goProven,
                    noGoProven,
                    Optional.empty());
        }
    }

    /**
     * A quantile on both sides, in the indicator's unit, within the sketch's error.
     *
     * @param quantile for example 0.99
     * @param baseline empty without values
     * @param candidate empty without values
     */
    public record Quantile(double quantile, OptionalDouble baseline, OptionalDouble candidate) {}

    /**
     * What is still needed if both sides go on as they are; empty where it cannot be said, or will
     * not come about.
     *
     * @param candidateRequestsToGo of the candidate's requests in this step
     * @param secondsAtCurrentTraffic until GO
     * @param candidateRequestsToNoGo of the candidate's requests in this step
     * @param secondsToNoGo until NO_GO
     * @param next what a larger share would do
     */
    public record Forecast(
            OptionalLong candidateRequestsToGo,
            OptionalLong secondsAtCurrentTraffic,
            OptionalLong candidateRequestsToNoGo,
            OptionalLong secondsToNoGo,
            Optional<NextShare> next) {
        /** Nothing can be said. */
        public static final Forecast UNKNOWN =
                new Forecast(OptionalLong.empty(), OptionalLong.empty());

        /** Of GO only. */
        public Forecast(OptionalLong candidateRequestsToGo, OptionalLong secondsAtCurrentTraffic) {
            this(
                    candidateRequestsToGo,
                    secondsAtCurrentTraffic,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Optional.empty());
        }
    }

    /**
     * How long the next planned step would take to its GO, if it began now and the candidate is as
     * good as the baseline.
     */
    public record NextShare(double share, long seconds) {}
}
