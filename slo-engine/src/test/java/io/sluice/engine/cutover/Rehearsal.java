package io.sluice.engine.cutover;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.MeasurePlan.Side;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.InMemoryStore;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredDecision;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** A desk with a clock, traffic and a store, driven as the apply thread drives it. */
final class Rehearsal {

    static final Instant START = Instant.parse("2026-02-14T09:00:00Z");

    final SeriesTable series = new SeriesTable();
    Store store;
    final Set<String> firing = new HashSet<>();
    final Map<String, Map<String, RecordedBaselines.Counts>> recorded = new HashMap<>();
    OptionalLong proven = OptionalLong.empty();
    private final Map<Run, CutoverPlan> pinned = new LinkedHashMap<>();
    MeasurePlan measures;
    CutoverDesk desk;
    Instant now = START;

    Rehearsal(MeasurePlan measures) {
        this(measures, new InMemoryStore());
    }

    Rehearsal(MeasurePlan measures, Store store) {
        this.measures = measures;
        this.store = store;
        this.desk = newDesk();
    }

    private CutoverDesk newDesk() {
        return new CutoverDesk(
                store,
                series,
                () -> measures,
                firing::contains,
                (_, _) -> proven,
                name -> Optional.ofNullable(recorded.get(name)));
    }

    /** Forgets everything that is not on disk. */
    void restart() {
        desk = newDesk();
    }

    Run startRun() {
        Run run = desk.startRun("orders", "v2", "ann", Optional.empty(), now);
        pinned.put(
                run,
                CutoverPlan.of(
                        Objects.requireNonNull(measures.definitions().cutovers().get("orders")),
                        measures));
        return run;
    }

    /** Every run's records, decided again from what they say; what differs, in sentences. */
    List<String> secondOpinion() {
        List<String> differences = new ArrayList<>();
        pinned.forEach(
                (run, plan) -> {
                    EvidenceChain chain = new EvidenceChain();
                    SecondOpinion opinion = new SecondOpinion(plan, run);
                    for (StoredDecision stored :
                            store.decisionsAfter("orders", run.number(), "", 100_000)) {
                        JsonNode record = CanonicalJson.read(stored.evidence());
                        differences.addAll(chain.differences(stored.id(), stored.sha256(), record));
                        differences.addAll(opinion.differences(record));
                    }
                });
        return differences;
    }

    Run.StepReport step(int run, int index, double share) {
        return desk.reportStep("orders", run, index, share, now);
    }

    /** Counts in the bucket of the present 10 s. */
    void count(
            String metric,
            String route,
            long baselineBad,
            long baseline,
            long candidateBad,
            long candidate) {
        count(metric, route, Side.BASELINE, baselineBad, baseline, now);
        count(metric, route, Side.CANDIDATE, candidateBad, candidate, now);
        count(metric, route, Side.ALL, baselineBad + candidateBad, baseline + candidate, now);
    }

    void count(String metric, String route, Side side, long bad, long total, Instant at) {
        if (total > 0) {
            series.add(
                    new SeriesKey(measures.forCutover("orders", metric, side).id(), route),
                    Math.floorDiv(at.getEpochSecond(), 10) * 10,
                    total - bad,
                    total,
                    1000 * (total - bad),
                    1000 * total,
                    null,
                    now.getEpochSecond());
        }
    }

    /** Counts values of the quantile metric in the bucket of the present 10 s. */
    void values(String metric, String route, Side side, Sketch values) {
        series.add(
                new SeriesKey(measures.forCutover("orders", metric, side).id(), route),
                Math.floorDiv(now.getEpochSecond(), 10) * 10,
                values.count(),
                values.count(),
                1000 * values.count(),
                1000 * values.count(),
                values,
                now.getEpochSecond());
    }

    /** Ten seconds pass, with this traffic in them. */
    void tenSeconds(long baselineBad, long baseline, long candidateBad, long candidate) {
        count("errors", "/orders", baselineBad, baseline, candidateBad, candidate);
        pass(10);
    }

    /** Ten seconds pass so many times. */
    void tenSecondsTimes(
            int times, long baselineBad, long baseline, long candidateBad, long candidate) {
        for (int i = 0; i < times; i++) {
            tenSeconds(baselineBad, baseline, candidateBad, candidate);
        }
    }

    /** Time passes, then the apply thread does its round. */
    void pass(long seconds) {
        now = now.plusSeconds(seconds);
        desk.tick(now);
        checkpoint();
    }

    void checkpoint() {
        store.commit(desk::checkpoint);
        desk.checkpointed();
    }

    Decision decision() {
        return desk.decision("orders", OptionalDouble.empty(), now).orElseThrow();
    }
}
