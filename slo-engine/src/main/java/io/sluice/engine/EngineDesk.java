package io.sluice.engine;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.yaml.Problem;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.alert.Incident;
import io.sluice.engine.alert.Silence;
import io.sluice.engine.backtest.BacktestReport;
import io.sluice.engine.baseline.Baseline;
import io.sluice.engine.baseline.BaselineComparison;
import io.sluice.engine.baseline.Baselines;
import io.sluice.engine.cutover.Approval;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.EvidenceFile;
import io.sluice.engine.cutover.Explanation;
import io.sluice.engine.cutover.GateBacktest;
import io.sluice.engine.cutover.PlanReport;
import io.sluice.engine.cutover.Run;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.migration.MigrationStatus;
import io.sluice.engine.migration.MigrationStatus.Attested;
import io.sluice.engine.outlook.Outlook;
import io.sluice.engine.results.Results;
import io.sluice.engine.results.RowHistory;
import io.sluice.engine.slo.BurnDown;
import io.sluice.engine.slo.Burned;
import io.sluice.engine.slo.JourneyStatus;
import io.sluice.engine.slo.SloStatus;
import io.sluice.engine.store.Store;
import io.sluice.engine.time.Interval;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Where people and automation ask and say things: passes each on to the feature that it is about,
 * with the plan in force and the time, and says that something has changed when it has. Owns
 * nothing; runs on its callers' threads, and has no lock of its own.
 */
final class EngineDesk implements SloEngine {
    private final Features features;
    private final Store store;
    private final InstantSource clock;
    private final ChangeListeners changes;
    private final DefinitionsInForce inForce;
    private final EngineHealth health;
    private final SloQuestions slos;
    private final AlertDesk alerts;
    private final WholeCounts counts;
    private final Deployments deployments;

    EngineDesk(
            Features features,
            Store store,
            InstantSource clock,
            ChangeListeners changes,
            DefinitionsInForce inForce,
            EngineHealth health,
            OwnRecords own) {
        this.features = features;
        this.store = store;
        this.clock = clock;
        this.changes = changes;
        this.inForce = inForce;
        this.health = health;
        this.slos = new SloQuestions(features);
        this.alerts = new AlertDesk(features, store, changes);
        this.counts = new WholeCounts(features.series());
        this.deployments = new Deployments(own, store);
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public List<String> troubles() {
        return health.troubles();
    }

    @Override
    public DefinitionSet definitions() {
        return features.plan().definitions();
    }

    @Override
    public List<Problem> definitionProblems() {
        return inForce.problems();
    }

    @Override
    public List<SloStatus> slos() {
        return slos.all(now());
    }

    @Override
    public Optional<SloStatus> slo(String name) {
        return slos.one(name, now());
    }

    @Override
    public Optional<BurnDown> burnDown(
            String slo, int objective, Instant from, Instant to, int points) {
        return slos.burnDown(slo, objective, from, to, points, now());
    }

    @Override
    public Optional<List<Burns>> burnRates(
            String slo, int objective, Instant from, Instant to, int points) {
        return slos.burnRates(slo, objective, from, to, points, now());
    }

    @Override
    public Optional<List<Values>> values(
            String slo, int objective, Instant from, Instant to, int intervals) {
        return slos.values(slo, objective, from, to, intervals);
    }

    @Override
    public Optional<Burned> burned(String slo, Duration window) {
        return slos.burned(slo, window, now());
    }

    @Override
    public Optional<TraceReader.Counted> counted(String slo, Optional<String> side) {
        return slos.counted(slo, side);
    }

    @Override
    public List<JourneyStatus> journeys(Duration window) {
        MeasurePlan plan = features.plan();
        Instant at = now();
        return plan.definitions().journeys().values().stream()
                .map(journey -> features.journeys().evaluate(plan, journey, window, at))
                .toList();
    }

    @Override
    public Optional<JourneyStatus> journey(String name, Duration window) {
        MeasurePlan plan = features.plan();
        @Nullable Journey found = plan.definitions().journeys().get(name);
        return Optional.ofNullable(found)
                .map(journey -> features.journeys().evaluate(plan, journey, window, now()));
    }

    @Override
    public List<Alert> alerts() {
        return features.alerts().alerts();
    }

    @Override
    public List<Incident> incidents(Instant from, Instant to) {
        return alerts.incidents(from, to);
    }

    @Override
    public Optional<Incident> incident(String id) {
        return alerts.incident(id);
    }

    @Override
    public List<Incident> openIncidents() {
        return features.alerts().openIncidents();
    }

    @Override
    public Optional<Incident> acknowledge(String incident, String principal) {
        return alerts.acknowledge(incident, principal, now());
    }

    @Override
    public Incident markMissed(String slo, Interval time, String note, String principal) {
        return alerts.markMissed(slo, time, note, principal);
    }

    @Override
    public List<Silence> silences() {
        return features.alerts().silences(now());
    }

    @Override
    public Silence silence(Optional<String> slo, Interval time, String reason, String principal) {
        return alerts.silence(slo, time, reason, principal, now());
    }

    @Override
    public boolean endSilence(String id) {
        return alerts.endSilence(id);
    }

    @Override
    public BacktestReport backtest(
            DefinitionSet definitions,
            Optional<String> only,
            Interval range,
            List<Interval> incidents) {
        MeasurePlan plan = MeasurePlan.compile(definitions);
        return features.backtest().run(plan, only, range, incidents, now());
    }

    @Override
    public Outlook outlook(DefinitionSet definitions) {
        return features.lints().of(MeasurePlan.compile(definitions), now());
    }

    @Override
    public Optional<GateBacktest> gateBacktest(String cutover, Interval range) {
        return features.cutovers().backtest(cutover, range.from(), range.to(), now());
    }

    @Override
    public List<CutoverStatus> cutovers() {
        return features.cutovers().statuses(now());
    }

    @Override
    public Optional<CutoverStatus> cutover(String name) {
        return features.cutovers().status(name, now());
    }

    @Override
    public Optional<CutoverStatus.SideValues> cutoverValues(
            String cutover, String metric, String group) {
        return features.cutovers().values(cutover, metric, group, now());
    }

    @Override
    public Optional<Decision> decision(String cutover, OptionalDouble share) {
        return features.cutovers().decision(cutover, share, now());
    }

    @Override
    public Optional<Explanation> explain(String cutover, OptionalDouble share) {
        return features.cutovers().explain(cutover, share, now());
    }

    @Override
    public List<Decision> decisions(String cutover, int limit) {
        return features.cutovers().decisions(cutover, limit);
    }

    @Override
    public Optional<String> evidence(String id) {
        return features.cutovers().evidence(id);
    }

    @Override
    public Optional<PlanReport> plan(String cutover) {
        return features.cutovers().plan(cutover, now());
    }

    @Override
    public Optional<Stream<String>> evidenceFile(String cutover, OptionalInt run) {
        return EvidenceFile.of(store, cutover, run);
    }

    @Override
    public Run startRun(
            String cutover, String revision, String principal, Optional<String> override) {
        Run run = features.cutovers().startRun(cutover, revision, principal, override, now());
        changes.tell();
        return run;
    }

    @Override
    public Run.StepReport reportStep(String cutover, int run, int index, double share) {
        Run.StepReport step = features.cutovers().reportStep(cutover, run, index, share, now());
        changes.tell();
        return step;
    }

    @Override
    public Approval approve(String cutover, int run, Approval.Request request) {
        Approval taken = features.cutovers().approve(cutover, run, request, now());
        changes.tell();
        return taken;
    }

    @Override
    public List<Approval> approvals(String cutover, int run) {
        return features.cutovers().approvals(cutover, run);
    }

    @Override
    public List<Baseline> baselines() {
        return features.baselines().all();
    }

    @Override
    public Optional<Baseline> baseline(String name) {
        return features.baselines().find(name);
    }

    @Override
    public Baseline recordBaseline(Baselines.Order order) {
        return features.baselines().record(features.plan(), order, now());
    }

    @Override
    public Optional<BaselineComparison> compareBaselines(String name, String other) {
        return features.baselines().compare(name, other);
    }

    @Override
    public Optional<BaselineComparison> compareBaseline(String name, Interval time) {
        return features.baselines().compare(features.plan(), name, time.from(), time.to());
    }

    @Override
    public List<MigrationStatus> migrations() {
        MeasurePlan plan = features.plan();
        return plan.definitions().migrations().values().stream()
                .map(migration -> features.migrations().evaluate(plan, migration, now()))
                .toList();
    }

    @Override
    public Optional<MigrationStatus> migration(String name) {
        MeasurePlan plan = features.plan();
        @Nullable Migration found = plan.definitions().migrations().get(name);
        return Optional.ofNullable(found)
                .map(migration -> features.migrations().evaluate(plan, migration, now()));
    }

    @Override
    public Attested attest(
            String migration, String phase, String criterion, String principal, String note) {
        Attested said = new Attested(phase, criterion, principal, now(), note);
        features.attestations().add(definitions(), migration, said);
        changes.tell();
        return said;
    }

    @Override
    public void recordDeployment(
            String service, String version, Instant deployedAt, Optional<Instant> committedAt) {
        deployments.record(service, version, deployedAt, committedAt);
        changes.tell();
    }

    @Override
    public List<Deployment> deployments(Instant from, Instant to) {
        return deployments.between(from, to);
    }

    @Override
    public List<Results> results(Results.Windows windows) {
        return features.results().results(features.plan(), windows, now());
    }

    @Override
    public Optional<RowHistory> resultsRow(
            String table,
            int row,
            Results.Windows windows,
            Optional<Interval> time,
            int intervals) {
        if (intervals < 1 || intervals > MAX_ROW_INTERVALS) {
            throw new IllegalArgumentException(
                    intervals + " intervals, expected 1 to " + MAX_ROW_INTERVALS);
        }
        return features.results()
                .history(features.plan(), table, row, windows, time, intervals, now());
    }

    @Override
    public List<CountRow> counts() {
        return counts.rows(features.plan());
    }

    @Override
    public List<ObjectiveCount> objectiveCounts() {
        return counts.ofObjectives(features.plan());
    }

    @Override
    public Vitals vitals() {
        return health.vitals();
    }

    @Override
    public Subscription onChange(Runnable listener) {
        return changes.add(listener);
    }
}
