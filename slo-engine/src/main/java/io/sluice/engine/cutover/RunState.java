package io.sluice.engine.cutover;

import io.sluice.engine.cutover.Decision.Verdict;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredDecision;
import io.sluice.engine.store.StoredRun;
import io.sluice.engine.store.StoredStep;
import io.sluice.engine.store.StoredStratum;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The current run of a cutover: its steps, what is sealed and proven, the decision that is in
 * force, and what the next checkpoint has to write. Not thread-safe.
 */
final class RunState {

    /** Sums of doubles depend on the order in their last bits; a restart must not. */
    private static final Comparator<StoredStratum> IN_ORDER =
            Comparator.comparing(StoredStratum::metric).thenComparing(StoredStratum::group);

    private final CutoverPlan plan;
    private final RunEvidence evidence;
    private final Optional<PlanOverride> override;
    private List<Approval> approvals = List.of();
    private Map<String, RecordedBaselines.Counts> recorded = Map.of();
    private Run run;
    private Progress progress;
    private SealedWindow window;
    private long lastBaselineEnd = Long.MIN_VALUE;
    private long lastCandidateEnd = Long.MIN_VALUE;
    private double lateBaseline;
    private double lateCandidate;

    private final List<StoredStratum> unsavedStrata = new ArrayList<>();
    private final List<StoredStep> unsavedSteps = new ArrayList<>();
    private @Nullable Progress savedProgress;
    private @Nullable Proposed unsaved;
    private @Nullable Written written;

    /** In force: what askers get. */
    private @Nullable Decision published;

    private Optional<EvidenceRecord.Link> lastLink = Optional.empty();
    private boolean noGo;

    /** A decision that is not on disk yet, and what it was made from besides counts. */
    private record Proposed(Decision decision, Circumstances circumstances) {}

    /** What a checkpoint wrote, until its transaction is known to be on disk. */
    private record Written(
            int strata,
            int steps,
            Progress progress,
            @Nullable Proposed unsaved,
            @Nullable Decision stored) {}

    /**
     * How far a run is.
     *
     * @param sealedTo strata that end by this time are sealed or dropped, seconds since the epoch
     * @param inferred whether steps are read off the traffic, because nobody reports them
     * @param complete whether the last step's GO was given; nothing is sealed after it
     */
    private record Progress(long sealedTo, boolean inferred, boolean complete) {
        String text() {
            return sealedTo + (inferred ? " inferred" : "") + (complete ? " complete" : "");
        }

        static Progress parse(String text) {
            List<String> words = List.of(text.split(" "));
            return new Progress(
                    Long.parseLong(words.getFirst()),
                    words.contains("inferred"),
                    words.contains("complete"));
        }
    }

    private RunState(
            CutoverPlan plan,
            Run run,
            Progress progress,
            Map<String, Dispersion> dispersions,
            Optional<PlanOverride> override) {
        this.plan = plan;
        this.override = override;
        this.run = run;
        this.progress = progress;
        this.evidence = new RunEvidence(plan, dispersions);
        this.window = new SealedWindow(plan, progress.sealedTo());
    }

    /** A new run, without steps. */
    static RunState started(
            CutoverPlan plan,
            StoredRun stored,
            Map<String, Dispersion> dispersions,
            Optional<PlanOverride> override) {
        return new RunState(
                plan, runOf(stored, List.of()), atStart(plan, stored), dispersions, override);
    }

    /** A run that is judged again from its evidence, by {@link #follow}. */
    static RunState again(
            CutoverPlan plan,
            Run run,
            Map<String, Dispersion> dispersions,
            Optional<PlanOverride> override) {
        long from = firstWhole(plan, run.startedAt().toEpochMilli());
        return new RunState(plan, run, new Progress(from, false, false), dispersions, override);
    }

    /** The current run as it was stored; empty if there never was one. */
    static Optional<RunState> restore(CutoverPlan plan, Store store) {
        List<StoredRun> runs = store.runs(plan.name());
        if (runs.isEmpty()) {
            return Optional.empty();
        }
        StoredRun stored = runs.getLast();
        List<Run.StepReport> steps =
                store.steps(plan.name(), stored.run()).stream().map(RunState::stepOf).toList();
        Progress progress =
                store.meta(progressKey(plan.name(), stored.run()))
                        .map(Progress::parse)
                        .orElseGet(() -> atStart(plan, stored));
        Map<String, Dispersion> dispersions =
                store.meta(dispersionKey(plan.name(), stored.run()))
                        .map(BaselineHistory::read)
                        .orElse(Map.of());
        Optional<PlanOverride> override =
                store.meta(overrideKey(plan.name(), stored.run()))
                        .map(CanonicalJson::read)
                        .map(PlanOverride::read);
        RunState state = new RunState(plan, runOf(stored, steps), progress, dispersions, override);
        store.meta(approvalsKey(plan.name(), stored.run()))
                .map(Approval::read)
                .ifPresent(state::approvals);
        if (state.isPinned()) {
            state.replay(store.strata(plan.name(), stored.run()));
        }
        store.decisions(plan.name(), 1).stream()
                .filter(decision -> decision.run() == stored.run())
                .forEach(state::resume);
        return Optional.of(state);
    }

    private static Progress atStart(CutoverPlan plan, StoredRun stored) {
        return new Progress(firstWhole(plan, stored.startedAtMillis()), false, false);
    }

    private static long firstWhole(CutoverPlan plan, long millis) {
        long length = plan.stratumSeconds() * 1000;
        return Math.ceilDiv(millis, length) * plan.stratumSeconds();
    }

    private static Run runOf(StoredRun stored, List<Run.StepReport> steps) {
        return new Run(
                stored.cutover(),
                stored.run(),
                stored.revision(),
                stored.principal(),
                Instant.ofEpochMilli(stored.startedAtMillis()),
                stored.endedAtMillis() == 0
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochMilli(stored.endedAtMillis())),
                stored.definitionDigest(),
                steps);
    }

    /** As it is stored of a run. */
    static StoredStep stored(String cutover, int run, Run.StepReport step) {
        return new StoredStep(
                cutover, run, step.index(), step.share(), step.startedAt().toEpochMilli());
    }

    static Run.StepReport stepOf(StoredStep stored) {
        return new Run.StepReport(
                stored.index(), stored.share(), Instant.ofEpochMilli(stored.startedAtMillis()));
    }

    private static String progressKey(String cutover, int run) {
        return "cutover/" + cutover + "/" + run + "/progress";
    }

    /** Where it is kept that a run's refused plan was overridden. */
    static String overrideKey(String cutover, int run) {
        return "cutover/" + cutover + "/" + run + "/override";
    }

    /** Where a run's approvals are kept. */
    static String approvalsKey(String cutover, int run) {
        return "cutover/" + cutover + "/" + run + "/approvals";
    }

    /** Where a run's dispersions are kept. */
    static String dispersionKey(String cutover, int run) {
        return "cutover/" + cutover + "/" + run + "/dispersion";
    }

    /** Where the text is kept of the definition that a run began with. */
    static String definitionKey(String cutover, int run) {
        return "cutover/" + cutover + "/" + run + "/definition";
    }

    private void resume(StoredDecision stored) {
        said(EvidenceRecord.decision(stored));
        lastLink = Optional.of(new EvidenceRecord.Link(stored.id(), stored.sha256()));
    }

    /** Adds stored strata just as they were added when they were sealed: interval by interval. */
    private void replay(List<StoredStratum> strata) {
        currentWindow();
        addAll(strata);
        window.sealedTo(progress.sealedTo());
    }

    private void addAll(List<StoredStratum> strata) {
        TreeMap<Long, List<StoredStratum>> intervals = new TreeMap<>();
        Map<Integer, List<StoredStratum>> beforeRun = new HashMap<>();
        for (StoredStratum stratum : strata) {
            if (stratum.start() < run.startedAt().getEpochSecond()) {
                beforeRun.computeIfAbsent(stratum.step(), _ -> new ArrayList<>()).add(stratum);
            } else {
                intervals.computeIfAbsent(stratum.start(), start -> new ArrayList<>()).add(stratum);
            }
        }
        intervals.forEach(
                (start, interval) -> {
                    int step = interval.getFirst().step();
                    if (!evidence.isOpen(step)) {
                        openEvidence(step, beforeRun.getOrDefault(step, List.of()));
                    }
                    add(step, start, interval.stream().sorted(IN_ORDER).toList());
                });
        noGo |= !evidence.proven().isEmpty();
    }

    /** Takes what a record of the evidence brings, as if the desk had just sealed and seen it. */
    void follow(Optional<Run.StepReport> step, Circumstances seen, List<StoredStratum> strata) {
        step.filter(now -> !run.currentStep().equals(Optional.of(now)))
                .ifPresent(now -> enter(now, seen.inferred()));
        addAll(strata);
        progress = new Progress(seen.sealedTo(), seen.inferred(), seen.complete());
        window.sealedTo(seen.sealedTo());
        lateBaseline = seen.lateBaseline();
        lateCandidate = seen.lateCandidate();
        approvals = seen.approvals();
    }

    /** Takes a decision as the one in force, for a run that is judged again. */
    void said(Decision decision) {
        published = decision;
        noGo |= decision.verdict() == Verdict.NO_GO;
    }

    CutoverPlan plan() {
        return plan;
    }

    Run run() {
        return run;
    }

    RunEvidence evidence() {
        return evidence;
    }

    SealedWindow window() {
        return window;
    }

    Optional<Decision> published() {
        return Optional.ofNullable(published);
    }

    /** All that were given in this run, whether or not they are valid now. */
    List<Approval> approvals() {
        return approvals;
    }

    /** Takes what is on disk. */
    void approvals(List<Approval> all) {
        approvals = List.copyOf(all);
    }

    /** What was counted of the baseline that the plan names, by measure; empty if it names none. */
    Map<String, RecordedBaselines.Counts> recorded() {
        return recorded;
    }

    /** Takes what was recorded. */
    void recorded(Map<String, RecordedBaselines.Counts> counts) {
        recorded = Map.copyOf(counts);
    }

    /** Who began the run although its plan was refused, and why. */
    Optional<PlanOverride> override() {
        return override;
    }

    /** Whether the definition is still the one that the run began with. */
    boolean isPinned() {
        return run.definitionDigest().equals(plan.sha256());
    }

    /** Whether NO_GO was said in this run; it stays. */
    boolean isNoGo() {
        return noGo;
    }

    /** Whether the last step's GO was given. */
    boolean isComplete() {
        return progress.complete();
    }

    /** Whether steps are read off the traffic. */
    boolean infersSteps() {
        return run.steps().isEmpty() || progress.inferred();
    }

    long sealedTo() {
        return progress.sealedTo();
    }

    /**
     * The end of the newest sealed stratum with events of the baseline, seconds, or {@link
     * Long#MIN_VALUE}.
     */
    long lastBaselineEnd() {
        return lastBaselineEnd;
    }

    /**
     * The end of the newest sealed stratum with events of the candidate, seconds, or {@link
     * Long#MIN_VALUE}.
     */
    long lastCandidateEnd() {
        return lastCandidateEnd;
    }

    /** The later of both sides' ends. */
    long lastEventsEnd() {
        return Math.max(lastBaselineEnd, lastCandidateEnd);
    }

    double lateBaseline() {
        return lateBaseline;
    }

    double lateCandidate() {
        return lateCandidate;
    }

    /**
     * The step that lasted for the whole of an interval; empty if a step change cut it, or there
     * was none yet.
     */
    OptionalInt stepThroughout(long start, long end) {
        List<Run.StepReport> steps = run.steps();
        for (int i = steps.size() - 1; i >= 0; i--) {
            long began = steps.get(i).startedAt().toEpochMilli();
            if (began <= start * 1000) {
                return OptionalInt.of(steps.get(i).index());
            }
            if (began < end * 1000) {
                return OptionalInt.empty();
            }
        }
        return OptionalInt.empty();
    }

    /** Takes a step that was reported, or, if {@code inferred}, seen in the traffic. */
    void enter(Run.StepReport step, boolean inferred) {
        List<Run.StepReport> steps = new ArrayList<>(run.steps());
        steps.add(step);
        run =
                new Run(
                        run.cutover(),
                        run.number(),
                        run.revision(),
                        run.principal(),
                        run.startedAt(),
                        run.endedAt(),
                        run.definitionDigest(),
                        steps);
        if (inferred) {
            unsavedSteps.add(stored(run.cutover(), run.number(), step));
        }
        progress(new Progress(progress.sealedTo(), inferred, progress.complete()));
        currentWindow();
    }

    private void currentWindow() {
        run.currentStep()
                .ifPresent(
                        step ->
                                window =
                                        new SealedWindow(
                                                plan,
                                                firstWhole(plan, step.startedAt().toEpochMilli())));
        lateBaseline = 0;
        lateCandidate = 0;
    }

    private void progress(Progress next) {
        progress = next;
    }

    /**
     * Opens a step whose first interval is about to be sealed.
     *
     * @param standIns for a live baseline, from before the run
     */
    void open(int step, List<StoredStratum> standIns) {
        unsavedStrata.addAll(standIns);
        openEvidence(step, standIns);
    }

    private void openEvidence(int step, List<StoredStratum> standIns) {
        evidence.open(step, StandIns.counts(standIns), StandIns.values(standIns));
    }

    /** Seals an interval of an open step: each of its strata counts from here on, once. */
    void seal(int step, long start, List<StoredStratum> strata) {
        List<StoredStratum> inOrder = strata.stream().sorted(IN_ORDER).toList();
        unsavedStrata.addAll(inOrder);
        add(step, start, inOrder);
        noGo |= !evidence.proven().isEmpty();
    }

    private void add(int step, long start, List<StoredStratum> strata) {
        evidence.add(step, strata);
        long end = start + plan.stratumSeconds();
        if (strata.stream().anyMatch(stratum -> stratum.baselineTotal() > 0)) {
            lastBaselineEnd = end;
        }
        if (strata.stream().anyMatch(stratum -> stratum.candidateTotal() > 0)) {
            lastCandidateEnd = end;
        }
        if (run.currentStep().filter(current -> current.index() == step).isPresent()) {
            window.add(start, strata);
        }
    }

    /** Says that everything that ends by this time is sealed or dropped. */
    void sealedTo(long end) {
        window.sealedTo(end);
        progress(new Progress(end, progress.inferred(), progress.complete()));
    }

    /** Compares the current step's sealed counts with what is counted now. */
    void countLate(SeriesReader series) {
        lateBaseline = window.lateShare(series, false);
        lateCandidate = window.lateShare(series, true);
    }

    /**
     * Takes a newly computed decision. It is in force when it is on disk; but what takes a GO back,
     * or answers for a step that the one in force does not know, is in force at once, so that
     * nobody is told an old GO.
     *
     * @param outside what {@link Gate#decide} was told, for the evidence
     */
    void propose(Decision next, Outside outside) {
        Decision latest = unsaved != null ? unsaved.decision() : published;
        if (latest != null && EvidenceRecord.saysTheSame(latest, next)) {
            return;
        }
        unsaved = new Proposed(next, circumstances(outside));
        if (published == null
                || !published.step().equals(next.step())
                || (published.verdict() == Verdict.GO && next.verdict() != Verdict.GO)) {
            published = next;
        }
    }

    /**
     * Writes everything that is not on disk yet. Until {@link #committed}, a next call writes it
     * again.
     */
    void checkpoint(Store.Transaction tx) {
        unsavedStrata.forEach(tx::addStratum);
        unsavedSteps.forEach(tx::putStep);
        Proposed proposed = unsaved;
        if (proposed != null && completes(proposed.decision()) && !progress.complete()) {
            progress(new Progress(progress.sealedTo(), progress.inferred(), true));
        }
        if (!progress.equals(savedProgress)) {
            tx.putMeta(progressKey(run.cutover(), run.number()), progress.text());
        }
        Decision stored = null;
        if (proposed != null) {
            stored =
                    EvidenceRecord.store(
                            tx,
                            proposed.decision(),
                            evidence(proposed.circumstances(), unsavedStrata, lastLink));
        }
        written =
                new Written(unsavedStrata.size(), unsavedSteps.size(), progress, proposed, stored);
    }

    private static boolean completes(Decision decision) {
        return decision.isFinal() && decision.verdict() == Verdict.GO;
    }

    private EvidenceRecord.Basis evidence(
            Circumstances circumstances,
            List<StoredStratum> strata,
            Optional<EvidenceRecord.Link> previous) {
        return new EvidenceRecord.Basis(
                plan, run.startedAt(), evidence, circumstances, strata, previous);
    }

    private Circumstances circumstances(Outside outside) {
        return new Circumstances(
                outside,
                approvals,
                progress.sealedTo(),
                infersSteps(),
                progress.complete(),
                lateBaseline,
                lateCandidate,
                override);
    }

    /** The last checkpoint's transaction is on disk. */
    void committed() {
        Written done = written;
        if (done == null) {
            return;
        }
        written = null;
        unsavedStrata.subList(0, done.strata()).clear();
        unsavedSteps.subList(0, done.steps()).clear();
        // A command may have changed it meanwhile.
        savedProgress = done.progress();
        if (done.stored() != null) {
            lastLink =
                    Optional.of(
                            new EvidenceRecord.Link(
                                    done.stored().evidenceId(), done.stored().sha256()));
            // A command may have put a newer one in force meanwhile.
            if (Objects.equals(unsaved, done.unsaved())) {
                unsaved = null;
                published = done.stored();
            }
        }
    }
}
