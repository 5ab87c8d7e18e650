package io.sluice.examples.automation;

import io.sluice.examples.simulation.Pause;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Moves one service to the platform, step by step, as the gate allows: GO takes the next step, HOLD
 * waits, NO_GO takes all traffic back and tries the next build. Everything that cannot be found out
 * is a HOLD.
 */
public final class CutoverPilot {
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

    /**
     * At a share of 1 there is no step left to ask for. The pilot watches on for so long, for a GO
     * that confirms or a NO_GO that takes everything back.
     */
    private static final Duration LAST_WATCH = Duration.ofSeconds(30);

    private final Gate gate;
    private final Traffic traffic;
    private final Releases releases;
    private final Journal journal;
    private final InstantSource clock;
    private final Pause pause;

    public CutoverPilot(
            Gate gate,
            Traffic traffic,
            Releases releases,
            Journal journal,
            InstantSource clock,
            Pause pause) {
        this.gate = gate;
        this.traffic = traffic;
        this.releases = releases;
        this.journal = journal;
        this.clock = clock;
        this.pause = pause;
    }

    /** How a cutover ended. */
    public enum Outcome {
        /** All traffic is on the platform. */
        COMPLETED,
        /** Every build got a NO_GO; all traffic is on the legacy side. */
        ROLLED_BACK,
        /**
         * The time was over while the gate held; the traffic stays where it is, for a person to
         * decide.
         */
        HELD
    }

    /**
     * Moves the service.
     *
     * @param until when the pilot stops waiting and hands over to a person
     */
    public Outcome fly(CutoverPlan plan, Instant until) throws InterruptedException {
        for (String version : plan.versions()) {
            Gate.Deployment deployment = releases.deploy(plan.cutover(), version);
            did(plan, "deployed " + version + ", without traffic");
            if (!insist(plan, until, () -> gate.reportDeployment(deployment))) {
                return Outcome.HELD;
            }
            String[] run = new String[1];
            if (!insist(plan, until, () -> run[0] = gate.startRun(plan.cutover(), version))) {
                return Outcome.HELD;
            }
            Outcome outcome = climb(plan, run[0], until);
            if (outcome != Outcome.ROLLED_BACK) {
                return outcome;
            }
        }
        return Outcome.ROLLED_BACK;
    }

    private Outcome climb(CutoverPlan plan, String run, Instant until) throws InterruptedException {
        for (int index = 0; index < plan.shares().size(); index++) {
            double share = plan.shares().get(index);
            boolean last = index == plan.shares().size() - 1;
            int step = index;
            // Told before it is done: no request on the new share may fall into the old step.
            boolean moved =
                    insist(plan, until, () -> gate.reportStep(plan.cutover(), run, step, share))
                            && insist(plan, until, () -> traffic.setShare(plan.cutover(), share));
            if (!moved) {
                return Outcome.HELD;
            }
            did(plan, "run " + run + ": " + percent(share) + " of the traffic on the platform");
            Instant watchUntil = last ? earlier(until, clock.instant().plus(LAST_WATCH)) : until;
            switch (await(plan, run, share, watchUntil)) {
                case GO -> {}
                case NO_GO -> {
                    rollBack(plan, run);
                    return Outcome.ROLLED_BACK;
                }
                case HOLD -> {
                    if (!last) {
                        return Outcome.HELD;
                    }
                }
            }
        }
        did(plan, "run " + run + ": done");
        return Outcome.COMPLETED;
    }

    /** The first answer that is not HOLD, or HOLD when the time is over. */
    private Decision await(CutoverPlan plan, String run, double share, Instant until)
            throws InterruptedException {
        while (true) {
            GateAnswer answer = gate.decision(plan.cutover(), run, share);
            journal.answered(plan.cutover(), answer, clock.instant());
            if (answer.decision() != Decision.HOLD || !clock.instant().isBefore(until)) {
                return answer.decision();
            }
            pause.pause(POLL_INTERVAL);
        }
    }

    /**
     * Takes all traffic back, and does not give up: the customers are on a build that harms them.
     */
    private void rollBack(CutoverPlan plan, String run) throws InterruptedException {
        insist(plan, Instant.MAX, () -> traffic.setShare(plan.cutover(), 0));
        did(plan, "run " + run + ": rolled back, all traffic on the monolith");
    }

    @FunctionalInterface
    private interface Call {
        void make() throws IOException, InterruptedException;
    }

    /** Makes the call until it succeeds; false when the time is over first. */
    private boolean insist(CutoverPlan plan, Instant until, Call call) throws InterruptedException {
        while (true) {
            try {
                call.make();
                return true;
            } catch (IOException e) {
                did(plan, "waits: " + e.getMessage());
                if (!clock.instant().isBefore(until)) {
                    return false;
                }
                pause.pause(POLL_INTERVAL);
            }
        }
    }

    private void did(CutoverPlan plan, String sentence) {
        journal.did(plan.cutover(), sentence, clock.instant());
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static String percent(double share) {
        return Math.round(share * 100) + " %";
    }
}
