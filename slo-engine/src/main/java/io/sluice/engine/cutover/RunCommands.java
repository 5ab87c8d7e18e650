package io.sluice.engine.cutover;

import io.sluice.definitions.model.Cutover;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesReader;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What people and automation tell the desk: a run begins, a step was reported, somebody approved;
 * and new definitions, which bring other cutovers.
 *
 * <p>Thread-safe: any thread may give a command, the apply thread only takes over definitions.
 * Commands come one at a time, since each looks at what the ones before have left, and they wait
 * for the disk. Each is written first and is in {@link Lanes} then, so that a crash forgets nothing
 * that somebody was told. This class's lock is always taken before that of {@link Lanes}, and that
 * one is never held while waiting for the disk: the apply thread seals and decides on during a
 * command. Of a run, a command reads number, digest and approvals, which only commands change, and
 * the steps that there were when it began.
 */
final class RunCommands {

    private static final int MOST_APPROVALS = 100;

    /**
     * By so little a clock is not set: a command and a tick have looked at it one after another.
     */
    private static final long STEP_BACK_SECONDS = 10;

    private final Supplier<MeasurePlan> plans;
    private final SeriesReader series;
    private final RecordedBaselines recorded;
    private final Surroundings surroundings;
    private final RunStore runs;
    private final Lanes lanes;

    private final ReentrantLock commands = new ReentrantLock();

    RunCommands(
            Supplier<MeasurePlan> plans,
            SeriesReader series,
            RecordedBaselines recorded,
            Surroundings surroundings,
            RunStore runs,
            Lanes lanes) {
        this.plans = plans;
        this.series = series;
        this.recorded = recorded;
        this.surroundings = surroundings;
        this.runs = runs;
        this.lanes = lanes;
    }

    /**
     * Takes over the definitions in force, if they are new; waits for nobody if they are not. A
     * cutover that means the same keeps its run as it is in memory.
     *
     * @throws io.sluice.engine.store.StoreException if runs cannot be read now; nothing has changed
     *     then
     */
    void adopt() {
        if (lanes.isAdopted(plans.get())) {
            return;
        }
        commands.lock();
        try {
            MeasurePlan measures = plans.get();
            if (lanes.isAdopted(measures)) {
                return;
            }
            Map<String, Lane> before = lanes.all();
            TreeMap<String, Lane> next = new TreeMap<>();
            for (Cutover cutover : measures.definitions().cutovers().values()) {
                CutoverPlan plan = CutoverPlan.of(cutover, measures);
                Lane old = before.get(plan.name());
                Optional<RunState> run =
                        old != null && old.plan().sha256().equals(plan.sha256())
                                ? old.run()
                                : runs.current(plan);
                next.put(plan.name(), new Lane(plan, measures.definitions(), run));
            }
            lanes.adopt(measures, next);
        } finally {
            commands.unlock();
        }
    }

    /** As {@link CutoverDesk#startRun}. */
    Run startRun(
            String cutover,
            String revision,
            String principal,
            Optional<String> override,
            Instant now) {
        commands.lock();
        try {
            Lane lane = lanes.require(cutover);
            RunStore.Beginning beginning =
                    runs.next(lane.plan(), revision, principal, startOfRun(lane, now));
            Prospect prospect = Prospect.of(lane.plan(), series, recorded, now);
            List<String> refusals = prospect.report().refusals();
            if (!refusals.isEmpty() && override.isEmpty()) {
                throw new RefusedRunException(cutover, refusals);
            }
            Optional<PlanOverride> overridden =
                    refusals.isEmpty()
                            ? Optional.empty()
                            : override.map(why -> new PlanOverride(principal, why, refusals));
            RunState run = runs.begin(lane, beginning, prospect.dispersions(), overridden, now);
            return lanes.begin(lane, run, now, surroundings.of(lane.with(run), now));
        } finally {
            commands.unlock();
        }
    }

    /**
     * Now, unless the clock was set back: then what was counted of the candidate before, for a time
     * that is yet to come, is another revision's, and a run begins where that ends.
     */
    private Instant startOfRun(Lane lane, Instant now) {
        long reached = lanes.reached(lane);
        long second = now.getEpochSecond();
        return reached <= second + STEP_BACK_SECONDS
                ? now
                : later(
                        now,
                        Instant.ofEpochSecond(
                                new EventsAhead(series, lane.plan()).end(second, reached)));
    }

    /** As {@link CutoverDesk#reportStep}. */
    Run.StepReport reportStep(String cutover, int run, int index, double share, Instant now) {
        commands.lock();
        try {
            Lane lane = lanes.require(cutover);
            RunState current = lane.requireCurrent(run);
            Optional<Run.StepReport> known =
                    current.run().steps().stream().filter(s -> s.index() == index).findFirst();
            if (known.isPresent()) {
                return requireSameShare(known.get(), share);
            }
            requirePlanned(lane.plan(), index, share);
            Run.StepReport step =
                    new Run.StepReport(
                            index, share, later(now, earliestStart(current.run(), index)));
            runs.report(cutover, run, step);
            lanes.enter(current, step, now, surroundings.of(lane, now));
            return step;
        } finally {
            commands.unlock();
        }
    }

    private static Run.StepReport requireSameShare(Run.StepReport known, double share) {
        if (!known.isAt(share)) {
            throw new IllegalStateException(
                    "step "
                            + known.index()
                            + " was reported with share "
                            + known.share()
                            + ", not "
                            + share);
        }
        return known;
    }

    private static void requirePlanned(CutoverPlan plan, int index, double share) {
        double planned = plan.requireStep(index).share();
        if (!Run.StepReport.isSame(planned, share)) {
            throw new IllegalArgumentException(
                    "step " + index + " has share " + planned + ", not " + share);
        }
    }

    /**
     * A clock that was set back takes no step to before its run or the step before it, so that
     * steps stay in the order of their reports.
     */
    private static Instant earliestStart(Run run, int index) {
        return run.currentStep()
                .map(
                        last ->
                                index > last.index()
                                        ? last.startedAt()
                                        : last.startedAt().plusMillis(1))
                .orElse(run.startedAt());
    }

    /** To the millisecond, as it is kept. */
    private static Instant later(Instant one, Instant other) {
        return Instant.ofEpochMilli(Math.max(one.toEpochMilli(), other.toEpochMilli()));
    }

    /** As {@link CutoverDesk#approve}. */
    Approval approve(String cutover, int run, Approval.Request request, Instant now) {
        commands.lock();
        try {
            Lane lane = lanes.require(cutover);
            RunState current = lane.requireCurrent(run);
            Approval approval = request.at(Instant.ofEpochMilli(now.toEpochMilli()));
            approval.requireAskedForBy(lane.plan());
            List<Approval> all = new ArrayList<>(current.approvals());
            all.add(approval);
            if (all.size() > MOST_APPROVALS) {
                throw new IllegalStateException(
                        "run " + run + " has " + MOST_APPROVALS + " approvals, and takes no more");
            }
            runs.approve(cutover, run, all);
            lanes.approve(current, all, now, surroundings.of(lane, now));
            return approval;
        } finally {
            commands.unlock();
        }
    }
}
