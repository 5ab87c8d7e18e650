package io.sluice.engine.cutover;

import io.sluice.engine.fold.CheckpointParticipant;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;
import io.sluice.engine.store.StoredDecision;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Runs every cutover: takes step reports, seals strata, weighs evidence, and answers whether a
 * cutover may go on.
 *
 * <p>The apply thread drives it: {@link #tick} every second or so, outside of any transaction;
 * {@link #checkpoint} inside the transaction that also writes buckets and the applied offset, and
 * {@link #checkpointed} once that is on disk. A decision is in force from then on, so that nobody
 * acts on a GO that a crash could undo; a HOLD that takes a GO back is in force at once.
 *
 * <p>Thread-safe: any thread may call the rest. Commands ({@link #startRun}, {@link #reportStep},
 * {@link #approve}) and {@link #adopt} come one at a time and wait for the disk, so they are not
 * for whoever is inside a transaction. Asking writes nothing; {@link #decision} waits for nobody,
 * and what reads stored decisions, strata or history takes as long as that takes.
 */
public final class CutoverDesk implements CheckpointParticipant {

    // Where to read on: Lanes keeps what is sealed, decided and in force, and Answers is what of it
    // askers get without a lock; RunCommands changes it when people and automation say so, on disk
    // (RunStore) before in memory. Gate decides, and Sealer gives it what to decide on.

    private static final Logger LOG = LoggerFactory.getLogger(CutoverDesk.class);

    private final Store store;
    private final SeriesReader series;
    private final RecordedBaselines recorded;
    private final Surroundings surroundings;
    private final Lanes lanes;
    private final RunCommands commands;
    private final GateBacktester backtester;

    /** Of the SLO of this name. */
    @FunctionalInterface
    public interface CapacityProven {
        /** The highest load in requests a minute that was carried lately; empty if none was. */
        OptionalLong perMinute(String slo, Instant now);
    }

    /**
     * Restores every cutover's current run.
     *
     * @param plans the plan in force
     * @param pageFiring whether a page is firing for the SLO of this name
     * @param capacity asked about once a minute for each cutover that names an SLO of capacity
     * @param recorded where a definition's baseline is found by its name
     */
    public CutoverDesk(
            Store store,
            SeriesReader series,
            Supplier<MeasurePlan> plans,
            Predicate<String> pageFiring,
            CapacityProven capacity,
            RecordedBaselines recorded) {
        this.store = store;
        this.series = series;
        this.recorded = recorded;
        this.surroundings = new Surroundings(pageFiring, capacity);
        this.lanes = new Lanes(series);
        this.commands =
                new RunCommands(
                        plans,
                        series,
                        recorded,
                        surroundings,
                        new RunStore(store, recorded),
                        lanes);
        this.backtester = new GateBacktester(store, series, recorded);
        commands.adopt();
    }

    /**
     * Seals what is due and decides anew. For the apply thread, outside of any transaction.
     *
     * @param now everything that was received before is applied; what comes later for a time that
     *     is sealed by now counts as late
     */
    public void tick(Instant now) {
        if (!adopt()) {
            // No tick, then: until one succeeds, every answer goes stale, and stale is HOLD.
            return;
        }
        Map<String, Outside> outside = new TreeMap<>();
        lanes.all().forEach((name, lane) -> outside.put(name, surroundings.of(lane, now)));
        lanes.tick(now, outside);
    }

    /** Writes strata, evidence and decisions that are not on disk yet. */
    @Override
    public void checkpoint(Store.Transaction tx) {
        lanes.checkpoint(tx);
    }

    /**
     * Says that the transaction of the last {@link #checkpoint} is on disk; without it, the next
     * one writes everything again.
     */
    @Override
    public void checkpointed() {
        lanes.committed();
    }

    /**
     * Takes over the definitions in force, so that their cutovers can be asked about; {@link #tick}
     * does it, too.
     *
     * @return false if runs cannot be read from the store now; the cutovers of before stay then
     */
    public boolean adopt() {
        try {
            commands.adopt();
            return true;
        } catch (StoreException e) {
            LOG.warn("New definitions wait, because runs cannot be read from the store", e);
            return false;
        }
    }

    /**
     * Starts a run, and ends the one before. On disk on return.
     *
     * @param principal who asked for it
     * @param override why it is begun although its plan may be refused
     * @throws NoSuchElementException if there is no such cutover
     * @throws RefusedRunException if its plan is refused and not overridden
     * @throws StoreException if it cannot be written now; nothing has changed then
     */
    public Run startRun(
            String cutover,
            String revision,
            String principal,
            Optional<String> override,
            Instant now) {
        return commands.startRun(cutover, revision, principal, override, now);
    }

    /**
     * Takes the report that the candidate's share was set. On disk on return; the same report again
     * changes nothing.
     *
     * @throws NoSuchElementException if there is no such cutover or run
     * @throws IllegalStateException if the run is not the current one, its definition has changed,
     *     or this index was reported with another share
     * @throws IllegalArgumentException if the index or share is not one of the definition's steps
     * @throws StoreException if it cannot be written now; nothing has changed then
     */
    public Run.StepReport reportStep(
            String cutover, int run, int index, double share, Instant now) {
        return commands.reportStep(cutover, run, index, share, now);
    }

    /**
     * Takes an approval of a step, planned or current. On disk on return.
     *
     * @throws NoSuchElementException if there is no such cutover or run
     * @throws IllegalStateException if the run is not the current one, its definition has changed,
     *     or it has been approved too often
     * @throws IllegalArgumentException if the step does not ask for this role, the hold is none
     *     that may be lifted, or it is valid for no time or for too long
     * @throws StoreException if it cannot be written now; nothing has changed then
     */
    public Approval approve(String cutover, int run, Approval.Request request, Instant now) {
        return commands.approve(cutover, run, request, now);
    }

    /** The current run's approvals; empty if there is no such cutover or run. */
    public List<Approval> approvals(String cutover, int run) {
        return lanes.approvals(cutover, run);
    }

    /**
     * The latest decision; asking writes nothing and waits for nobody. If the apply thread has not
     * ticked for as long as the cutover allows data to be old, nothing of what it said counts any
     * more, and the answer is HOLD.
     *
     * @param share the candidate share that the caller believes in; another one than the current
     *     step's gives HOLD
     * @return empty if there is no such cutover
     */
    public Optional<Decision> decision(String cutover, OptionalDouble share, Instant now) {
        return lanes.answers().decision(cutover, share, now);
    }

    /**
     * The latest decision, with the bounds of its ratios. Reads the current step's strata, so it
     * takes time in proportion to how long the step has lasted.
     *
     * @return empty if there is no such cutover
     */
    public Optional<Explanation> explain(String cutover, OptionalDouble share, Instant now) {
        return lanes.judged(cutover, share, now)
                .map(
                        judged ->
                                ExplainedMetric.explain(
                                        judged.decision(),
                                        judged.metrics(),
                                        judged.quantiles(),
                                        store.strata(cutover, judged.decision().run())));
    }

    /** Stored decisions of all runs, newest first; empty if there is no such cutover. */
    public List<Decision> decisions(String cutover, int limit) {
        return store.decisions(cutover, limit).stream().map(EvidenceRecord::decision).toList();
    }

    /** A decision's evidence, canonical JSON. */
    public Optional<String> evidence(String id) {
        return store.decision(id).map(StoredDecision::evidence);
    }

    /**
     * What a run that began now would have to expect. Reads the baseline's last three days.
     *
     * @return empty if there is no such cutover
     */
    public Optional<PlanReport> plan(String cutover, Instant now) {
        return lanes.find(cutover)
                .map(lane -> Prospect.of(lane.plan(), series, recorded, now).report());
    }

    /**
     * Tries a cutover's gate, as it is defined now, on stored history. Takes processor time in
     * proportion to the range.
     *
     * @return empty if there is no such cutover
     * @throws IllegalArgumentException if {@code from} is not before {@code to}, or longer ago than
     *     {@link GateBacktest#LONGEST}
     */
    public Optional<GateBacktest> backtest(String cutover, Instant from, Instant to, Instant now) {
        if (!from.isBefore(to) || from.isBefore(now.minus(GateBacktest.LONGEST))) {
            throw new IllegalArgumentException("from " + from + " to " + to + ", at " + now);
        }
        return lanes.find(cutover).map(lane -> backtester.backtest(lane.plan(), from, to, now));
    }

    /** Every cutover as a person sees it, in name order. */
    public List<CutoverStatus> statuses(Instant now) {
        return lanes.all().values().stream().map(lane -> status(lane, now)).toList();
    }

    /** One cutover as a person sees it. */
    public Optional<CutoverStatus> status(String cutover, Instant now) {
        return lanes.find(cutover).map(lane -> status(lane, now));
    }

    /**
     * One group's values on both sides since the run began, or of the last hour without a run.
     *
     * @param metric the name of a metric or a quantile
     * @return empty if there is no such cutover, or nothing of this name is compared
     */
    public Optional<CutoverStatus.SideValues> values(
            String cutover, String metric, String group, Instant now) {
        return lanes.find(cutover)
                .flatMap(
                        lane ->
                                new SideView(series, lane.plan())
                                        .values(metric, group, lanes.see(lane, now).run(), now));
    }

    private CutoverStatus status(Lane lane, Instant now) {
        Lanes.Seen seen = lanes.see(lane, now);
        return new SideView(series, lane.plan()).status(seen, now);
    }
}
