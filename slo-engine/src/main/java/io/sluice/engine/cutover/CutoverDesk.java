package io.sluice.engine.cutover;

import io.sluice.definitions.DefinitionWriter;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.engine.cutover.Decision.Code;
import io.sluice.engine.cutover.Decision.Reason;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;
import io.sluice.engine.store.StoredDecision;
import io.sluice.engine.store.StoredRun;
import io.sluice.engine.store.StoredStep;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Runs every cutover: takes step reports, seals strata, weighs evidence, and answers whether a
 * cutover may go on.
 *
 * <p>The apply thread drives it: {@link #tick} every second or so, outside of any transaction;
 * {@link #checkpoint} inside the transaction that also writes buckets and the applied offset, and
 * {@link #committed} once that is on disk. A decision is in force from then on, so that nobody acts
 * on a GO that a crash could undo; a HOLD that takes a GO back is in force at once.
 *
 * <p>Thread-safe. Asking writes nothing and waits for no disk.
 */
public final class CutoverDesk {

    private static final Logger LOG = LoggerFactory.getLogger(CutoverDesk.class);

    /** Shares that differ by less are the same share, written differently. */
    private static final double SAME_SHARE = 1e-9;

    /** What a person may lift: what speaks against the candidate is not among it. */
    private static final List<Code> LIFTED = List.of(Code.DEADLINE_PASSED, Code.CAPACITY_UNPROVEN);

    private static final int MOST_APPROVALS = 100;

    /**
     * By so little a clock is not set: a command and a tick have looked at it one after another.
     */
    private static final long STEP_BACK_SECONDS = 10;

    /** Hours that end later than this ago are kept as finely as they were counted. */
    private static final Duration FINELY_KEPT = Duration.ofHours(46);

    /** The same of hours of values. */
    private static final Duration VALUES_FINELY_KEPT = Duration.ofHours(5);

    private final Store store;
    private final SeriesReader series;
    private final Supplier<MeasurePlan> plans;
    private final Predicate<String> pageFiring;
    private final CarriedLoad carriedLoad;
    private final RecordedBaselines recorded;
    private final Sealer sealer;

    // Whoever starts a run, reports a step or takes over new definitions holds this; they wait for
    // the disk.
    private final ReentrantLock commands = new ReentrantLock();

    // Guards everything below, and is never held while waiting for the store: a checkpoint comes
    // with the store's own lock.
    private final Object state = new Object();
    private final TreeMap<String, Lane> lanes = new TreeMap<>();
    private @Nullable MeasurePlan adopted;
    private @Nullable Instant lastTick;

    /** Later than the last one if the clock was set back since. */
    private Instant latestTick = Instant.EPOCH;

    /** What askers get; they do not wait while strata are sealed and evidence is weighed. */
    private volatile Answers answers = new Answers(Map.of(), null);

    private record Answers(Map<String, Answer> byCutover, @Nullable Instant lastTick) {}

    /**
     * @param decision in force; empty before the first run
     */
    private record Answer(CutoverPlan plan, Optional<Decision> decision) {
        static Answer of(Lane lane) {
            return new Answer(lane.plan(), lane.run().flatMap(RunState::published));
        }
    }

    /** Of the SLO of this name. */
    @FunctionalInterface
    public interface CapacityProven {
        /** The highest load in requests a minute that was carried lately; empty if none was. */
        OptionalLong perMinute(String slo, Instant now);
    }

    /**
     * One cutover, with its current run if there ever was one.
     *
     * @param definitions the set that the plan is of
     */
    private record Lane(CutoverPlan plan, DefinitionSet definitions, Optional<RunState> run) {
        /** The cutover's definition, with all that it refers to. */
        String text() {
            return DefinitionWriter.text(definitions, plan.cutover());
        }

        Lane with(RunState current) {
            return new Lane(plan, definitions, Optional.of(current));
        }
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
        this.plans = plans;
        this.pageFiring = pageFiring;
        this.carriedLoad = new CarriedLoad(capacity);
        this.recorded = recorded;
        this.sealer = new Sealer(series);
        adoptDefinitions();
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
        lanes().forEach((name, lane) -> outside.put(name, outside(lane, now)));
        synchronized (state) {
            lastTick = now;
            latestTick = later(now, latestTick);
            lanes.forEach(
                    (name, lane) ->
                            lane.run()
                                    .ifPresent(
                                            run -> {
                                                sealer.seal(run, now);
                                                decide(
                                                        run,
                                                        now,
                                                        outside.getOrDefault(name, Outside.QUIET));
                                            }));
            answer();
        }
    }

    /** Lets askers have what is in force now. The caller holds {@link #state}. */
    private void answer() {
        TreeMap<String, Answer> all = new TreeMap<>();
        lanes.forEach((name, lane) -> all.put(name, Answer.of(lane)));
        answers = new Answers(all, lastTick);
    }

    private static void decide(RunState run, Instant now, Outside outside) {
        run.propose(Gate.decide(run, now, outside), outside);
    }

    /** Writes strata, evidence and decisions that are not on disk yet. */
    public void checkpoint(Store.Transaction tx) {
        synchronized (state) {
            lanes.values().forEach(lane -> lane.run().ifPresent(run -> run.checkpoint(tx)));
        }
    }

    /**
     * Says that the transaction of the last {@link #checkpoint} is on disk; without it, the next
     * one writes everything again.
     */
    public void committed() {
        synchronized (state) {
            lanes.values().forEach(lane -> lane.run().ifPresent(RunState::committed));
            answer();
        }
    }

    /**
     * Takes over the definitions in force, so that their cutovers can be asked about; {@link #tick}
     * does it, too.
     *
     * @return false if runs cannot be read from the store now; the cutovers of before stay then
     */
    public boolean adopt() {
        try {
            adoptDefinitions();
            return true;
        } catch (StoreException e) {
            LOG.warn("New definitions wait, because runs cannot be read from the store", e);
            return false;
        }
    }

    private void adoptDefinitions() {
        if (isAdopted(plans.get())) {
            return;
        }
        commands.lock();
        try {
            MeasurePlan measures = plans.get();
            if (isAdopted(measures)) {
                return;
            }
            Map<String, Lane> before = lanes();
            TreeMap<String, Lane> next = new TreeMap<>();
            for (Cutover cutover : measures.definitions().cutovers().values()) {
                CutoverPlan plan = CutoverPlan.of(cutover, measures);
                Lane old = before.get(plan.name());
                next.put(
                        plan.name(),
                        old != null && old.plan().sha256().equals(plan.sha256())
                                ? new Lane(plan, measures.definitions(), old.run())
                                : new Lane(plan, measures.definitions(), restored(plan)));
            }
            synchronized (state) {
                lanes.clear();
                lanes.putAll(next);
                lanes.values().forEach(lane -> lane.run().ifPresent(run -> run.countLate(series)));
                adopted = measures;
                answer();
            }
        } finally {
            commands.unlock();
        }
    }

    private boolean isAdopted(MeasurePlan measures) {
        synchronized (state) {
            return measures == adopted;
        }
    }

    private Optional<RunState> restored(CutoverPlan plan) {
        Optional<RunState> run = RunState.restore(plan, store);
        run.ifPresent(current -> recorded(plan).ifPresent(current::recorded));
        return run;
    }

    /** Of the baseline that the plan names; empty if it names none, or nothing is recorded. */
    private Optional<Map<String, RecordedBaselines.Counts>> recorded(CutoverPlan plan) {
        return plan.recordedBaseline().flatMap(recorded::find);
    }

    private Map<String, Lane> lanes() {
        synchronized (state) {
            return new TreeMap<>(lanes);
        }
    }

    private Optional<Lane> lane(String cutover) {
        synchronized (state) {
            return Optional.ofNullable(lanes.get(cutover));
        }
    }

    private Lane requireLane(String cutover) {
        return lane(cutover)
                .orElseThrow(() -> new NoSuchElementException("no cutover named " + cutover));
    }

    private Outside outside(Lane lane, Instant now) {
        Cutover cutover = lane.plan().cutover();
        return new Outside(
                cutover.objectives().stream().filter(pageFiring).toList(),
                lane.run().isPresent()
                        ? carriedLoad.perMinute(cutover, now)
                        : OptionalLong.empty());
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
        commands.lock();
        try {
            Lane lane = requireLane(cutover);
            List<StoredRun> runs = store.runs(cutover);
            int number = runs.isEmpty() ? 1 : runs.getLast().run() + 1;
            Instant startedAt = startOfRun(lane, now);
            StoredRun started =
                    new StoredRun(
                            cutover,
                            number,
                            revision,
                            principal,
                            startedAt.toEpochMilli(),
                            0,
                            lane.plan().sha256());
            BaselineHistory history = new BaselineHistory(series, lane.plan(), now);
            Map<String, Dispersion> dispersions = history.variations();
            List<String> refusals = plan(lane.plan(), history, dispersions, now).refusals();
            if (!refusals.isEmpty() && override.isEmpty()) {
                throw new RefusedRunException(cutover, refusals);
            }
            Optional<PlanOverride> overridden =
                    refusals.isEmpty()
                            ? Optional.empty()
                            : override.map(why -> new PlanOverride(principal, why, refusals));
            String definition = lane.text();
            store.commit(
                    tx -> {
                        if (!runs.isEmpty()) {
                            tx.putRun(ended(runs.getLast(), now));
                        }
                        tx.putRun(started);
                        tx.putMeta(
                                RunState.dispersionKey(cutover, number),
                                BaselineHistory.write(dispersions));
                        overridden.ifPresent(
                                one ->
                                        tx.putMeta(
                                                RunState.overrideKey(cutover, number),
                                                CanonicalJson.write(one.describe())));
                        tx.putMeta(RunState.definitionKey(cutover, number), definition);
                    });
            RunState run = RunState.started(lane.plan(), started, dispersions, overridden);
            recorded(lane.plan()).ifPresent(run::recorded);
            Lane begun = lane.with(run);
            Outside outside = outside(begun, now);
            synchronized (state) {
                lanes.put(cutover, begun);
                decide(run, now, outside);
                answer();
            }
            return run.run();
        } finally {
            commands.unlock();
        }
    }

    /**
     * Now, unless the clock was set back: then what was counted of the candidate before, for a time
     * that is yet to come, is another revision's, and a run begins where that ends.
     */
    private Instant startOfRun(Lane lane, Instant now) {
        long reached;
        synchronized (state) {
            // The latter is known after a restart, too.
            reached =
                    Math.max(
                            latestTick.getEpochSecond(),
                            lane.run().map(RunState::lastEventsEnd).orElse(Long.MIN_VALUE));
        }
        long second = now.getEpochSecond();
        return reached <= second + STEP_BACK_SECONDS
                ? now
                : later(
                        now,
                        Instant.ofEpochSecond(
                                new EventsAhead(series, lane.plan()).end(second, reached)));
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
        commands.lock();
        try {
            Lane lane = requireLane(cutover);
            RunState current = requireCurrent(lane, run);
            Optional<Run.StepReport> known =
                    current.run().steps().stream().filter(s -> s.index() == index).findFirst();
            if (known.isPresent()) {
                return requireSameShare(known.get(), share);
            }
            requirePlanned(lane.plan().cutover(), index, share);
            Instant startedAt = later(now, earliestStart(current.run(), index));
            Run.StepReport step = new Run.StepReport(index, share, startedAt);
            store.commit(
                    tx ->
                            tx.putStep(
                                    new StoredStep(
                                            cutover, run, index, share, startedAt.toEpochMilli())));
            Outside outside = outside(lane, now);
            synchronized (state) {
                current.enter(step, false);
                decide(current, now, outside);
                answer();
            }
            return step;
        } finally {
            commands.unlock();
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
        commands.lock();
        try {
            Lane lane = requireLane(cutover);
            RunState current = requireCurrent(lane, run);
            Approval approval = request.at(Instant.ofEpochMilli(now.toEpochMilli()));
            requireAskedFor(lane.plan(), approval);
            List<Approval> all = new ArrayList<>(current.approvals());
            all.add(approval);
            if (all.size() > MOST_APPROVALS) {
                throw new IllegalStateException(
                        "run " + run + " has " + MOST_APPROVALS + " approvals, and takes no more");
            }
            store.commit(
                    tx -> tx.putMeta(RunState.approvalsKey(cutover, run), Approval.write(all)));
            Outside outside = outside(lane, now);
            synchronized (state) {
                current.approvals(all);
                decide(current, now, outside);
                answer();
            }
            return approval;
        } finally {
            commands.unlock();
        }
    }

    private static void requireAskedFor(CutoverPlan plan, Approval approval) {
        int steps = plan.cutover().steps().size();
        if (approval.step() < 0 || approval.step() >= steps) {
            throw new IllegalArgumentException(
                    plan.name()
                            + " has no step "
                            + approval.step()
                            + ", expected 0 to "
                            + (steps - 1));
        }
        approval.lifts()
                .filter(hold -> !LIFTED.contains(hold))
                .ifPresent(
                        hold -> {
                            throw new IllegalArgumentException(
                                    "nobody may lift " + hold + ", expected one of " + LIFTED);
                        });
        List<String> roles = plan.step(approval.step()).approvals();
        approval.role()
                .filter(role -> !roles.contains(role))
                .ifPresent(
                        role -> {
                            throw new IllegalArgumentException(
                                    "step "
                                            + approval.step()
                                            + " asks for no approval as "
                                            + role
                                            + ", but as "
                                            + roles);
                        });
    }

    /** The current run's approvals; empty if there is no such cutover or run. */
    public List<Approval> approvals(String cutover, int run) {
        synchronized (state) {
            return Optional.ofNullable(lanes.get(cutover)).flatMap(Lane::run).stream()
                    .filter(current -> current.run().number() == run)
                    .flatMap(current -> current.approvals().stream())
                    .toList();
        }
    }

    private RunState requireCurrent(Lane lane, int run) {
        int newest = lane.run().map(current -> current.run().number()).orElse(0);
        if (run < 1 || run > newest) {
            throw new NoSuchElementException(lane.plan().name() + " has no run " + run);
        }
        RunState current = lane.run().orElseThrow();
        if (run != newest) {
            throw new IllegalStateException(
                    "run " + run + " has ended; the current one is " + newest);
        }
        if (!current.isPinned()) {
            throw new IllegalStateException(
                    "the definition of "
                            + lane.plan().name()
                            + " has changed since run "
                            + run
                            + " began; start a new run");
        }
        return current;
    }

    private static Run.StepReport requireSameShare(Run.StepReport known, double share) {
        if (Math.abs(known.share() - share) > SAME_SHARE) {
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

    private static void requirePlanned(Cutover cutover, int index, double share) {
        int steps = cutover.steps().size();
        if (index < 0 || index >= steps) {
            throw new IllegalArgumentException(
                    cutover.name() + " has no step " + index + ", expected 0 to " + (steps - 1));
        }
        double planned = cutover.steps().get(index).share();
        if (!(Math.abs(planned - share) <= SAME_SHARE)) {
            throw new IllegalArgumentException(
                    "step " + index + " has share " + planned + ", not " + share);
        }
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
        Answers all = answers;
        return Optional.ofNullable(all.byCutover().get(cutover))
                .map(answer -> decision(answer, all.lastTick(), share, now));
    }

    private static Decision decision(
            Answer answer, @Nullable Instant evaluated, OptionalDouble share, Instant now) {
        if (answer.decision().isEmpty()) {
            return Gate.withoutRun(answer.plan(), now);
        }
        Decision latest = answer.decision().get();
        // By a clock that was set back, the last tick is yet to come.
        if (evaluated == null
                || Duration.between(evaluated, now).abs().compareTo(answer.plan().oldestFresh())
                        > 0) {
            String text =
                    evaluated == null
                            ? "nothing was evaluated yet since the start"
                            : "nothing was evaluated since " + evaluated;
            latest = Gate.held(latest, new Reason(Code.STALE_DATA, "", text), now);
        }
        Optional<Double> current = latest.step().map(Run.StepReport::share);
        if (share.isPresent()
                && current.filter(s -> Math.abs(s - share.getAsDouble()) > SAME_SHARE)
                        .isPresent()) {
            String text =
                    "asked about share "
                            + Words.percent(share.getAsDouble())
                            + ", but the current step's is "
                            + Words.percent(current.get())
                            + "; report the step when the share is set";
            latest = Gate.held(latest, new Reason(Code.STEP_MISMATCH, "", text), now);
        }
        return latest;
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
        return lane(cutover).map(lane -> backtest(lane.plan(), from, to, now));
    }

    private GateBacktest backtest(CutoverPlan inForce, Instant from, Instant to, Instant now) {
        CutoverPlan plan = asFinelyAsKept(inForce, from, now);
        Optional<StoredRun> stored =
                store.runs(plan.name()).stream()
                        .filter(run -> run.startedAtMillis() >= from.toEpochMilli())
                        .filter(run -> run.startedAtMillis() < to.toEpochMilli())
                        .findFirst();
        Instant begin = stored.map(run -> Instant.ofEpochMilli(run.startedAtMillis())).orElse(from);
        List<Run.StepReport> steps =
                stored.map(run -> store.steps(plan.name(), run.run())).orElse(List.of()).stream()
                        .map(RunState::stepOf)
                        .toList();
        BaselineHistory history = new BaselineHistory(series, plan, begin);
        Map<String, Dispersion> dispersions = history.variations();
        List<GateBacktest.Replay> replays =
                new SelfReplay(series, plan, dispersions)
                        .replays(from.getEpochSecond(), to.getEpochSecond());
        List<GateBacktest.Drift> drifts =
                plan.endsWithSnapshot()
                        ? new BaselineHistory(series, plan, to).drifts(dispersions)
                        : List.of();
        return new GateBacktest(
                plan.name(),
                from,
                to,
                stored.map(StoredRun::run),
                new GateReplay(series, plan, recorded(plan).orElse(Map.of()))
                        .verdicts(begin, to, steps, dispersions),
                replays,
                drifts,
                Stream.concat(
                                MarginRefusals.of(plan, replays, drifts).stream(),
                                new PlanCheck(
                                                plan,
                                                new BaselineHistory(series, plan, to).levels(),
                                                dispersions)
                                        .refusals().stream())
                        .toList());
    }

    /** Values by the stratum are there for a few hours, counts for two days. */
    private static CutoverPlan asFinelyAsKept(CutoverPlan plan, Instant from, Instant now) {
        CutoverPlan coarse =
                from.isBefore(now.minus(FINELY_KEPT))
                        ? plan.withStratumOfAtLeast(Duration.ofSeconds(Dispersion.MINUTE))
                        : plan;
        return from.isBefore(now.minus(VALUES_FINELY_KEPT)) ? coarse.withoutQuantiles() : coarse;
    }

    /**
     * What a run that began now would have to expect. Reads the baseline's last three days.
     *
     * @return empty if there is no such cutover
     */
    public Optional<PlanReport> plan(String cutover, Instant now) {
        return lane(cutover)
                .map(
                        lane -> {
                            BaselineHistory history = new BaselineHistory(series, lane.plan(), now);
                            return plan(lane.plan(), history, history.variations(), now);
                        });
    }

    private PlanReport plan(
            CutoverPlan plan,
            BaselineHistory history,
            Map<String, Dispersion> variations,
            Instant now) {
        return new PlanCheck(plan, history.levels(), variations)
                .report(
                        now,
                        plan.endsWithSnapshot() ? history.drifts(variations) : List.of(),
                        recorded(plan));
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
     * The latest decision, with the bounds of its ratios. Reads the current step's strata, so it
     * takes time in proportion to how long the step has lasted.
     *
     * @return empty if there is no such cutover
     */
    public Optional<Explanation> explain(String cutover, OptionalDouble share, Instant now) {
        Decision decision;
        List<ExplainedMetric> metrics;
        synchronized (state) {
            Lane lane = lanes.get(cutover);
            if (lane == null) {
                return Optional.empty();
            }
            decision = decision(Answer.of(lane), lastTick, share, now);
            metrics =
                    lane.run().stream()
                            .filter(RunState::isPinned)
                            .flatMap(CutoverDesk::inCurrentStep)
                            .toList();
        }
        return Optional.of(
                ExplainedMetric.explain(decision, metrics, store.strata(cutover, decision.run())));
    }

    private static Stream<ExplainedMetric> inCurrentStep(RunState run) {
        return run.run().currentStep().stream()
                .flatMap(
                        step ->
                                run.evidence().step(step.index()).stream()
                                        .map(metric -> ExplainedMetric.of(step.index(), metric)));
    }

    /** Every cutover as a person sees it, in name order. */
    public List<CutoverStatus> statuses(Instant now) {
        return lanes().values().stream().map(lane -> status(lane, now)).toList();
    }

    /** One cutover as a person sees it. */
    public Optional<CutoverStatus> status(String cutover, Instant now) {
        return lane(cutover).map(lane -> status(lane, now));
    }

    private CutoverStatus status(Lane lane, Instant now) {
        Decision decision;
        Optional<Run> run;
        synchronized (state) {
            decision = decision(Answer.of(lane), lastTick, OptionalDouble.empty(), now);
            run = lane.run().map(RunState::run);
        }
        return new SideView(series, lane.plan()).status(run, decision, now);
    }
}
