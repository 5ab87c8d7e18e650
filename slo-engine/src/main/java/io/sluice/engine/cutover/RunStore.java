package io.sluice.engine.cutover;

import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;
import io.sluice.engine.store.StoredRun;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The runs of cutovers on disk: reads the current one, begins the next, and writes what people and
 * automation say of it. Strata and decisions are not written here, but by a checkpoint ({@link
 * Lanes#checkpoint}).
 *
 * <p>Every call waits for the disk, so nobody calls while {@link Lanes} is locked. What is written
 * depends on what was read before, so only {@link RunCommands} calls, one command at a time. Each
 * throws {@link StoreException} if the store cannot be read or written now; nothing has changed
 * then.
 */
final class RunStore {
    private final Store store;
    private final RecordedBaselines recorded;

    RunStore(Store store, RecordedBaselines recorded) {
        this.store = store;
        this.recorded = recorded;
    }

    /**
     * A run that is about to begin.
     *
     * @param before the run that it ends
     */
    record Beginning(Optional<StoredRun> before, StoredRun next) {}

    /** The current run of a cutover as it was stored; empty if there never was one. */
    Optional<RunState> current(CutoverPlan plan) {
        Optional<RunState> run = RunState.restore(plan, store);
        run.ifPresent(current -> takeRecorded(plan, current));
        return run;
    }

    /** The run that comes after all others of its cutover. Writes nothing. */
    Beginning next(CutoverPlan plan, String revision, String principal, Instant startedAt) {
        List<StoredRun> runs = store.runs(plan.name());
        Optional<StoredRun> before =
                runs.isEmpty() ? Optional.empty() : Optional.of(runs.getLast());
        return new Beginning(
                before,
                new StoredRun(
                        plan.name(),
                        before.map(run -> run.run() + 1).orElse(1),
                        revision,
                        principal,
                        startedAt.toEpochMilli(),
                        0,
                        plan.sha256()));
    }

    /**
     * Writes in one transaction that a run began, with what it began with, and that the one before
     * ended.
     *
     * @param overridden why it is begun although its plan is refused
     */
    RunState begin(
            Lane lane,
            Beginning beginning,
            Map<String, Dispersion> dispersions,
            Optional<PlanOverride> overridden,
            Instant now) {
        StoredRun next = beginning.next();
        String definition = lane.text();
        store.commit(
                tx -> {
                    beginning.before().ifPresent(run -> tx.putRun(ended(run, now)));
                    tx.putRun(next);
                    tx.putMeta(
                            RunState.dispersionKey(next.cutover(), next.run()),
                            BaselineHistory.write(dispersions));
                    overridden.ifPresent(
                            one ->
                                    tx.putMeta(
                                            RunState.overrideKey(next.cutover(), next.run()),
                                            CanonicalJson.write(one.describe())));
                    tx.putMeta(RunState.definitionKey(next.cutover(), next.run()), definition);
                });
        RunState run = RunState.started(lane.plan(), next, dispersions, overridden);
        takeRecorded(lane.plan(), run);
        return run;
    }

    private static StoredRun ended(StoredRun run, Instant now) {
        return new StoredRun(
                run.cutover(),
                run.run(),
                run.revision(),
                run.principal(),
                run.startedAtMillis(),
                Math.max(run.startedAtMillis(), now.toEpochMilli()),
                run.definitionDigest());
    }

    /** Of the baseline that the plan names; nothing if it names none, or nothing is recorded. */
    private void takeRecorded(CutoverPlan plan, RunState run) {
        plan.recordedBaseline().flatMap(recorded::find).ifPresent(run::recorded);
    }

    /** Writes that a step was reported. */
    void report(String cutover, int run, Run.StepReport step) {
        store.commit(tx -> tx.putStep(RunState.stored(cutover, run, step)));
    }

    /** Writes all approvals of a run, in place of those that were there. */
    void approve(String cutover, int run, List<Approval> all) {
        store.commit(tx -> tx.putMeta(RunState.approvalsKey(cutover, run), Approval.write(all)));
    }
}
