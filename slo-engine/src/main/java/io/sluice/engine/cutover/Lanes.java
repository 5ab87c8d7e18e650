package io.sluice.engine.cutover;

import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.store.Store;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Every cutover with its current run, in memory: what is sealed, decided and in force.
 *
 * <p>Thread-safe. The apply thread calls {@link #tick}, {@link #checkpoint} and {@link #committed};
 * {@link RunCommands} calls what takes over definitions, runs, steps and approvals, one command at
 * a time and after they are on disk; anybody may call the rest. One lock guards every lane and
 * every {@link RunState} in it, which only changes in here. It is never held while waiting for a
 * transaction of the store, because a checkpoint comes inside of one; hence nothing in here reads
 * runs from the store, and whatever else a decision looks at is looked up before, by {@link
 * Surroundings}.
 *
 * <p>Each change ends with new {@link Answers}, and {@link #answers} takes no lock: askers do not
 * wait while strata are sealed and evidence is weighed.
 */
final class Lanes {

    private final SeriesReader series;
    private final Sealer sealer;

    // Guards everything below.
    private final Object state = new Object();
    private final TreeMap<String, Lane> lanes = new TreeMap<>();
    private @Nullable MeasurePlan adopted;
    private @Nullable Instant lastTick;

    /** Later than the last one if the clock was set back since. */
    private Instant latestTick = Instant.EPOCH;

    private volatile Answers answers = Answers.NONE;

    Lanes(SeriesReader series) {
        this.series = series;
        this.sealer = new Sealer(series);
    }

    /**
     * A cutover as it was seen at one moment.
     *
     * @param run the current or last run
     */
    record Seen(Optional<Run> run, Optional<PlanOverride> override, Decision decision) {}

    /**
     * A decision, with what was counted of the current step's metrics when it was made.
     *
     * @param metrics empty where the run's definition has changed, or no step was reported
     * @param quantiles likewise
     */
    record Judged(
            Decision decision, List<ExplainedMetric> metrics, List<ExplainedQuantile> quantiles) {}

    /** What is in force now. */
    Answers answers() {
        return answers;
    }

    /** In name order. */
    Map<String, Lane> all() {
        synchronized (state) {
            return new TreeMap<>(lanes);
        }
    }

    Optional<Lane> find(String cutover) {
        synchronized (state) {
            return Optional.ofNullable(lanes.get(cutover));
        }
    }

    /**
     * @throws NoSuchElementException if there is no such cutover
     */
    Lane require(String cutover) {
        return find(cutover)
                .orElseThrow(() -> new NoSuchElementException("no cutover named " + cutover));
    }

    /** The lane's run and its decision, of one moment. */
    Seen see(Lane lane, Instant now) {
        synchronized (state) {
            return new Seen(
                    lane.run().map(RunState::run),
                    lane.run().flatMap(RunState::override),
                    Answers.Answer.of(lane).decision(lastTick, OptionalDouble.empty(), now));
        }
    }

    /** A cutover's decision and what it was made from, of one moment. */
    Optional<Judged> judged(String cutover, OptionalDouble share, Instant now) {
        synchronized (state) {
            return Optional.ofNullable(lanes.get(cutover))
                    .map(
                            lane ->
                                    new Judged(
                                            Answers.Answer.of(lane).decision(lastTick, share, now),
                                            lane.run().stream()
                                                    .filter(RunState::isPinned)
                                                    .flatMap(Lanes::inCurrentStep)
                                                    .toList(),
                                            lane.run().stream()
                                                    .filter(RunState::isPinned)
                                                    .flatMap(Lanes::quantilesInCurrentStep)
                                                    .toList()));
        }
    }

    private static Stream<ExplainedMetric> inCurrentStep(RunState run) {
        return run.run().currentStep().stream()
                .flatMap(
                        step ->
                                run.evidence().step(step.index()).stream()
                                        .map(metric -> ExplainedMetric.of(step.index(), metric)));
    }

    private static Stream<ExplainedQuantile> quantilesInCurrentStep(RunState run) {
        return run.run().currentStep().stream()
                .flatMap(step -> run.evidence().quantiles(step.index()).stream())
                .map(ExplainedQuantile::of);
    }

    /** The current run's approvals; empty if there is no such cutover or run. */
    List<Approval> approvals(String cutover, int run) {
        synchronized (state) {
            return Optional.ofNullable(lanes.get(cutover)).flatMap(Lane::run).stream()
                    .filter(current -> current.run().number() == run)
                    .flatMap(current -> current.approvals().stream())
                    .toList();
        }
    }

    /**
     * The latest time that a tick has come to, or that the lane's run has sealed events of, in
     * seconds since the epoch. The latter is known after a restart, too.
     */
    long reached(Lane lane) {
        synchronized (state) {
            return Math.max(
                    latestTick.getEpochSecond(),
                    lane.run().map(RunState::lastEventsEnd).orElse(Long.MIN_VALUE));
        }
    }

    /**
     * Seals what is due in every run and decides anew.
     *
     * @param outside by cutover; nothing is known of what lies outside of one that is missing
     */
    void tick(Instant now, Map<String, Outside> outside) {
        synchronized (state) {
            lastTick = now;
            latestTick = now.isAfter(latestTick) ? now : latestTick;
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

    /** Writes what is not on disk yet. The caller holds the store's lock. */
    void checkpoint(Store.Transaction tx) {
        synchronized (state) {
            lanes.values().forEach(lane -> lane.run().ifPresent(run -> run.checkpoint(tx)));
        }
    }

    /** The last checkpoint is on disk: what it wrote is in force from now on. */
    void committed() {
        synchronized (state) {
            lanes.values().forEach(lane -> lane.run().ifPresent(RunState::committed));
            answer();
        }
    }

    boolean isAdopted(MeasurePlan measures) {
        synchronized (state) {
            return measures == adopted;
        }
    }

    /**
     * Takes over the cutovers of new definitions.
     *
     * @param next all of them, by name; the lanes of before are forgotten
     */
    void adopt(MeasurePlan measures, Map<String, Lane> next) {
        synchronized (state) {
            lanes.clear();
            lanes.putAll(next);
            lanes.values().forEach(lane -> lane.run().ifPresent(run -> run.countLate(series)));
            adopted = measures;
            answer();
        }
    }

    /** Takes a run that has begun, in place of the one before. */
    Run begin(Lane lane, RunState run, Instant now, Outside outside) {
        synchronized (state) {
            lanes.put(lane.plan().name(), lane.with(run));
            decide(run, now, outside);
            answer();
            return run.run();
        }
    }

    /**
     * Takes a step that was reported of a current run, if it was not read off the traffic
     * meanwhile.
     */
    void enter(RunState run, Run.StepReport step, Instant now, Outside outside) {
        synchronized (state) {
            if (run.run().steps().stream().noneMatch(seen -> seen.index() == step.index())) {
                run.enter(step, false);
            }
            decide(run, now, outside);
            answer();
        }
    }

    /** Takes all approvals of a current run. */
    void approve(RunState run, List<Approval> all, Instant now, Outside outside) {
        synchronized (state) {
            run.approvals(all);
            decide(run, now, outside);
            answer();
        }
    }

    private static void decide(RunState run, Instant now, Outside outside) {
        run.propose(Gate.decide(run, now, outside), outside);
    }

    /** Lets askers have what is in force now. The caller holds {@link #state}. */
    private void answer() {
        answers = Answers.of(lanes, lastTick);
    }
}
