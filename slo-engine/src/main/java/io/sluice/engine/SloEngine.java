package io.sluice.engine;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.yaml.Problem;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.alert.Incident;
import io.sluice.engine.alert.Silence;
import io.sluice.engine.backtest.Backtest;
import io.sluice.engine.backtest.BacktestReport;
import io.sluice.engine.baseline.Baseline;
import io.sluice.engine.baseline.BaselineComparison;
import io.sluice.engine.baseline.Baselines;
import io.sluice.engine.cutover.Approval;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.Explanation;
import io.sluice.engine.cutover.GateBacktest;
import io.sluice.engine.cutover.PlanReport;
import io.sluice.engine.cutover.Run;
import io.sluice.engine.migration.MigrationStatus;
import io.sluice.engine.outlook.Outlook;
import io.sluice.engine.results.Results;
import io.sluice.engine.results.RowHistory;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.slo.BurnDown;
import io.sluice.engine.slo.Burned;
import io.sluice.engine.slo.JourneyStatus;
import io.sluice.engine.slo.SloStatus;
import io.sluice.engine.time.Interval;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What people and automation may ask and say. Thread-safe; answers are consistent within one call.
 */
public interface SloEngine {

    /** The instant that answers are evaluated at. */
    Instant now();

    /**
     * What keeps Sluice from taking in or storing anything, for operators; empty if nothing does.
     * Each ends by itself when its cause is gone, unless it says otherwise.
     */
    default List<String> troubles() {
        return List.of();
    }

    /** The definition set in force. */
    DefinitionSet definitions();

    /** What is wrong with a newer set that could not be put in force; empty if nothing. */
    List<Problem> definitionProblems();

    /** Every SLO, in tier and name order. */
    List<SloStatus> slos();

    /** One SLO. */
    Optional<SloStatus> slo(String name);

    /** The remaining budget over time; at most 2,000 points. */
    Optional<BurnDown> burnDown(String slo, int objective, Instant from, Instant to, int points);

    /**
     * How fast an objective's budget burned, as its alerts saw it: over every window that an alert
     * condition names, at instants of equal distance, the last of them {@code to}.
     *
     * @param points at least 1, at most {@link #MAX_BURN_POINTS}
     * @return empty if there is no such objective
     * @throws IllegalArgumentException if there are more points, or fewer
     */
    Optional<List<Burns>> burnRates(
            String slo, int objective, Instant from, Instant to, int points);

    /** As many instants as one question about burn rates may name. */
    int MAX_BURN_POINTS = 200;

    /**
     * Burn rates at an instant.
     *
     * @param rates one per window, shortest first
     */
    record Burns(Instant at, List<SloStatus.BurnRate> rates) {
        public Burns {
            rates = List.copyOf(rates);
        }
    }

    /**
     * What an objective's judged values were, interval by interval.
     *
     * @param intervals of equal length, a multiple of 10 s each; the last ends with the bucket that
     *     {@code to} is in
     * @return empty if there is no such objective, or it judges no values
     */
    Optional<List<Values>> values(
            String slo, int objective, Instant from, Instant to, int intervals);

    /**
     * Values of an interval.
     *
     * @param to its end
     * @param sketch of them, in the indicator's unit; empty if there were none
     */
    record Values(Instant to, Sketch sketch) {}

    /** What burned an SLO's budget in the time before now. */
    Optional<Burned> burned(String slo, Duration window);

    /**
     * What an SLO's first objective counts, to look for its traces; or what one side of the first
     * cutover counts that compares the same SLI.
     *
     * @param side {@code baseline} or {@code candidate}
     * @return empty if there is no such SLO, or no such cutover
     */
    Optional<TraceReader.Counted> counted(String slo, Optional<String> side);

    /** Every journey in the time before now, in name order. */
    List<JourneyStatus> journeys(Duration window);

    /** One journey in the time before now. */
    Optional<JourneyStatus> journey(String name, Duration window);

    /** Every alert that is or was active, newest first. */
    List<Alert> alerts();

    /**
     * Incidents that began in {@code [from, to)}, those that were missed included, oldest first.
     */
    List<Incident> incidents(Instant from, Instant to);

    /** One incident, over or not. */
    Optional<Incident> incident(String id);

    /** The incidents that are not over, whenever they began, oldest first. */
    List<Incident> openIncidents();

    /**
     * Takes an incident on; receivers hear of it. Whoever was first stays.
     *
     * @return empty if there is no such incident, or it is over
     */
    Optional<Incident> acknowledge(String incident, String principal);

    /**
     * Keeps that something should have been told and was not.
     *
     * @throws java.util.NoSuchElementException if there is no such SLO
     */
    Incident markMissed(String slo, Interval time, String note, String principal);

    /** The silences that are not over, in the order in which they were made. */
    List<Silence> silences();

    /**
     * Tells nobody of alerts for a time.
     *
     * @param slo the one that is meant; all of them if empty
     * @throws java.util.NoSuchElementException if there is no such SLO
     * @throws IllegalStateException if there are too many already
     */
    Silence silence(Optional<String> slo, Interval time, String reason, String principal);

    /**
     * Ends a silence; who still fires is told.
     *
     * @return whether there was one of this id
     */
    boolean endSilence(String id);

    /**
     * What the alert policies of a definition set, in force or not, would have told on stored
     * history. Takes processor time in proportion to the range.
     *
     * @param only the name of one SLO; otherwise all of them
     * @param incidents what should have been told
     * @throws IllegalArgumentException if the range is longer than {@link Backtest#LONGEST}
     */
    BacktestReport backtest(
            DefinitionSet definitions,
            Optional<String> only,
            Interval range,
            List<Interval> incidents);

    /** What the traffic that was counted says of a definition set, in force or not. */
    Outlook outlook(DefinitionSet definitions);

    /**
     * What a cutover's gate, as it is defined now, would have said on stored history, and how often
     * it would have been wrong about the baseline alone. Takes processor time in proportion to the
     * range.
     *
     * @return empty if there is no such cutover
     * @throws IllegalArgumentException if the range begins longer ago than {@link
     *     GateBacktest#LONGEST}
     */
    Optional<GateBacktest> gateBacktest(String cutover, Interval range);

    /** Every cutover, in name order. */
    List<CutoverStatus> cutovers();

    /** One cutover. */
    Optional<CutoverStatus> cutover(String name);

    /**
     * One group's values on both sides, over the time that {@link #cutover} tells of.
     *
     * @param metric the name of a metric or a quantile
     * @return empty if there is no such cutover, or nothing of this name is compared
     */
    Optional<CutoverStatus.SideValues> cutoverValues(String cutover, String metric, String group);

    /**
     * The latest decision. It was computed when an input last changed; asking writes nothing.
     *
     * @param share the candidate share the caller believes in; another one than the current step's
     *     gives HOLD, STEP_MISMATCH
     * @return empty if there is no such cutover
     */
    Optional<Decision> decision(String cutover, OptionalDouble share);

    /**
     * The latest decision, with the bounds of its ratios. Takes processor time in proportion to how
     * long the step has lasted.
     *
     * @param share as for {@link #decision}
     * @return empty if there is no such cutover
     */
    Optional<Explanation> explain(String cutover, OptionalDouble share);

    /** Earlier decisions, newest first. */
    List<Decision> decisions(String cutover, int limit);

    /** The stored evidence of a decision, canonical JSON. */
    Optional<String> evidence(String id);

    /**
     * What a run that began now would have to expect, and why it may be refused. Reads the
     * baseline's last three days.
     *
     * @return empty if there is no such cutover
     */
    Optional<PlanReport> plan(String cutover);

    /**
     * A run's evidence as a file that stands alone, line by line, read from the store while it is
     * taken; {@link io.sluice.engine.cutover.EvidenceVerifier} verifies it.
     *
     * @param run its number; the newest run if empty
     * @return empty if there is no such cutover or run
     */
    Optional<Stream<String>> evidenceFile(String cutover, OptionalInt run);

    /**
     * Starts a run, and ends the one before.
     *
     * @param override why it is begun even if its plan is refused
     * @throws java.util.NoSuchElementException if there is no such cutover
     * @throws io.sluice.engine.cutover.RefusedRunException if its plan is refused and not
     *     overridden
     */
    Run startRun(String cutover, String revision, String principal, Optional<String> override);

    /**
     * Says that the candidate's share was set. The same report again changes nothing.
     *
     * @throws java.util.NoSuchElementException if there is no such cutover or run
     * @throws IllegalStateException if the run is not the current one, or this index was reported
     *     with another share
     * @throws IllegalArgumentException if the index or share is not one of the definition's steps
     */
    Run.StepReport reportStep(String cutover, int run, int index, double share);

    /**
     * Approves a step, or lifts one of its holds.
     *
     * @throws java.util.NoSuchElementException if there is no such cutover or run
     * @throws IllegalStateException if the run is not the current one, or was approved too often
     * @throws IllegalArgumentException if the step does not ask for this role, the hold is none
     *     that may be lifted, or it is valid for no time or for too long
     */
    Approval approve(String cutover, int run, Approval.Request request);

    /** What was approved in the current run; empty if this is another one. */
    List<Approval> approvals(String cutover, int run);

    /** Every recorded baseline, in the order in which they were recorded. */
    List<Baseline> baselines();

    /** One recorded baseline. */
    Optional<Baseline> baseline(String name);

    /**
     * Records what is measured now of a time, under a name and for good. On disk on return.
     *
     * @throws IllegalStateException if the name is taken, or there are too many already
     * @throws java.util.NoSuchElementException if there is no exclusion of a name
     */
    Baseline recordBaseline(Baselines.Order order);

    /** Two baselines, subject by subject; empty if one is missing. */
    Optional<BaselineComparison> compareBaselines(String name, String other);

    /** A baseline and a time; empty if there is no such baseline. */
    Optional<BaselineComparison> compareBaseline(String name, Interval time);

    /** Every migration, in name order. */
    List<MigrationStatus> migrations();

    /** One migration; empty if the definitions have none of that name. */
    Optional<MigrationStatus> migration(String name);

    /**
     * Keeps that somebody said a criterion is met. On disk on return.
     *
     * @param phase its phase's name; empty for a goal
     * @throws java.util.NoSuchElementException if there is no such criterion
     * @throws IllegalArgumentException if the criterion is none that is attested
     * @throws IllegalStateException if too much was said already
     */
    MigrationStatus.Attested attest(
            String migration, String phase, String criterion, String principal, String note);

    /** Records a deployment; past times are welcome. */
    void recordDeployment(
            String service, String version, Instant deployedAt, Optional<Instant> committedAt);

    /** What was recorded as deployed in {@code [from, to)}, in order of time. */
    List<Deployment> deployments(Instant from, Instant to);

    /** A version of a service that was put to work. */
    record Deployment(String service, String version, Instant at) {}

    /** Every results table, over the times that it says itself. */
    default List<Results> results() {
        return results(Results.Windows.OF_TABLE);
    }

    /** Every results table, over chosen times. */
    List<Results> results(Results.Windows windows);

    /**
     * What one row of a results table is made from.
     *
     * @param row its place in the table
     * @param time what its points are of; where it is empty, from where before begins to where
     *     after ends
     * @param intervals at least 1, at most {@link #MAX_ROW_INTERVALS}
     * @return empty if there is no such row
     * @throws IllegalArgumentException if there are more intervals, or fewer
     */
    Optional<RowHistory> resultsRow(
            String table, int row, Results.Windows windows, Optional<Interval> time, int intervals);

    /** As many intervals as one question about a results row may name. */
    int MAX_ROW_INTERVALS = 400;

    /** Raw whole counts since the store began. */
    List<CountRow> counts();

    /** What every objective has counted since the store began, in name order. */
    List<ObjectiveCount> objectiveCounts();

    /** How the engine itself does. */
    Vitals vitals();

    /** Runs after every change that a page may show; must return at once. */
    Subscription onChange(Runnable listener);

    /** Ends when closed. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Events of one objective, adjusted for sampling and rounded down to whole ones; under an
     * objective that is judged by slices, too, they are events.
     *
     * @param objective its index
     * @param measure what is counted, as a digest: another one under the same name is another count
     */
    record ObjectiveCount(String slo, int objective, String measure, long good, long total) {}

    /**
     * Counts of one SLI.
     *
     * @param cutover empty for an objective's own series
     * @param side {@code all}, {@code baseline} or {@code candidate}
     */
    record CountRow(
            String sli, String cutover, String side, String signal, long good, long total) {}
}
