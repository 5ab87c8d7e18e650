package io.sluice.engine.cutover;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.engine.cutover.Decision.Forecast;
import io.sluice.engine.cutover.Decision.MetricEvidence;
import io.sluice.engine.cutover.Decision.Reason;
import io.sluice.engine.cutover.RunEvidence.Finding;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredDecision;
import io.sluice.engine.store.StoredStratum;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A decision as it is kept: canonical JSON with everything that it was made from.
 *
 * <p>The records of a run are a chain. Each names the one before by its digest, and brings the
 * strata that were sealed since; the first brings the definition, and how errors were dispersed
 * before the run. So whoever walks the chain holds every number that the last verdict depends on,
 * can compute it again without Sluice, and would notice if anything in between had been changed,
 * while a day's worth of evidence is written once and not once per decision.
 */
final class EvidenceRecord {

    /** Names a stored record. */
    record Link(String id, String sha256) {}

    private static final String FORMAT = "sluice-evidence-1";

    private static final String ENGINE =
            Optional.ofNullable(EvidenceRecord.class.getPackage().getImplementationVersion())
                    .orElse("development");

    /** Decisions before there is a step are not about any. */
    private static final int NO_STEP = -1;

    private EvidenceRecord() {}

    /**
     * Writes the next record of a run's chain.
     *
     * @param strata those that were sealed since the record before
     * @return the decision with the record's name and digest
     */
    static Decision store(
            Store.Transaction tx,
            CutoverPlan plan,
            Decision decision,
            RunEvidence evidence,
            List<StoredStratum> strata,
            Optional<Link> previous) {
        Map<String, Object> all = describe(decision);
        all.put("format", FORMAT);
        all.put("engine", ENGINE);
        all.put("definition", previous.isPresent() ? null : CanonicalJson.read(plan.json()));
        all.put(
                "dispersion",
                previous.isPresent() ? null : BaselineHistory.describe(evidence.dispersions()));
        all.put("objectives", objectives(plan, evidence));
        all.put("strata", strata.stream().map(EvidenceRecord::row).toList());
        all.put("previous", previous.map(EvidenceRecord::describe).orElse(null));
        String json = CanonicalJson.write(all);
        String sha256 = CanonicalJson.sha256(json);
        String id =
                tx.addDecision(
                        decision.cutover(),
                        decision.run(),
                        decision.step().map(Run.StepReport::index).orElse(NO_STEP),
                        decision.evaluatedAt().toEpochMilli(),
                        decision.verdict().name(),
                        json,
                        sha256);
        return named(decision, id, sha256);
    }

    /** Whether two decisions differ at most in when they were made and in what they expect. */
    static boolean saysTheSame(Decision one, Decision other) {
        return timeless(one).equals(timeless(other));
    }

    private static Decision timeless(Decision d) {
        return copy(d, Forecast.UNKNOWN, 0, "", "", Instant.EPOCH);
    }

    private static Decision named(Decision d, String id, String sha256) {
        return copy(d, d.forecast(), d.retryAfterSeconds(), id, sha256, d.evaluatedAt());
    }

    private static Decision copy(
            Decision d,
            Forecast forecast,
            int retryAfterSeconds,
            String evidenceId,
            String sha256,
            Instant evaluatedAt) {
        return new Decision(
                d.cutover(),
                d.run(),
                d.revision(),
                d.step(),
                d.verdict(),
                d.isFinal(),
                d.reasons(),
                d.metrics(),
                forecast,
                retryAfterSeconds,
                evidenceId,
                sha256,
                d.configSha256(),
                evaluatedAt,
                d.dataThrough());
    }

    private static Map<String, Object> describe(Decision d) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("cutover", d.cutover());
        all.put("run", d.run());
        all.put("revision", d.revision());
        all.put("step", d.step().map(EvidenceRecord::describe).orElse(null));
        all.put("verdict", d.verdict().name());
        all.put("final", d.isFinal());
        all.put("reasons", d.reasons().stream().map(EvidenceRecord::describe).toList());
        all.put("metrics", d.metrics().stream().map(EvidenceRecord::describe).toList());
        all.put("forecast", describe(d.forecast()));
        all.put("retryAfterSeconds", d.retryAfterSeconds());
        all.put("configSha256", d.configSha256());
        all.put("evaluatedAt", d.evaluatedAt().toString());
        all.put("dataThrough", d.dataThrough().map(Instant::toString).orElse(null));
        return all;
    }

    private static Map<String, Object> describe(Link link) {
        return Map.of("id", link.id(), "sha256", link.sha256());
    }

    private static Map<String, Object> describe(Run.StepReport step) {
        return Map.of(
                "index",
                step.index(),
                "share",
                step.share(),
                "startedAt",
                step.startedAt().toString());
    }

    private static Map<String, Object> describe(Reason reason) {
        return Map.of(
                "code", reason.code().name(), "metric", reason.metric(), "text", reason.text());
    }

    private static Map<String, Object> describe(Forecast forecast) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("candidateRequestsToGo", orNull(forecast.candidateRequestsToGo()));
        one.put("secondsAtCurrentTraffic", orNull(forecast.secondsAtCurrentTraffic()));
        one.put("candidateRequestsToNoGo", orNull(forecast.candidateRequestsToNoGo()));
        one.put("secondsToNoGo", orNull(forecast.secondsToNoGo()));
        one.put(
                "next",
                forecast.next()
                        .map(next -> Map.of("share", next.share(), "seconds", next.seconds()))
                        .orElse(null));
        return one;
    }

    private static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private static @Nullable Long orNull(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static Map<String, Object> describe(MetricEvidence m) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("name", m.name());
        one.put("required", m.required());
        one.put("baseline", Map.of("bad", m.baselineBad(), "total", m.baselineTotal()));
        one.put("candidate", Map.of("bad", m.candidateBad(), "total", m.candidateTotal()));
        one.put("ratio", m.ratio().isPresent() ? m.ratio().getAsDouble() : null);
        one.put("goMargin", m.goMargin());
        one.put("noGoMargin", m.noGoMargin());
        one.put("logEGo", m.logEGo());
        one.put("logEGoNeeded", m.logEGoNeeded());
        one.put("logENoGo", m.logENoGo());
        one.put("logENoGoNeeded", m.logENoGoNeeded());
        one.put("goProven", m.goProven());
        one.put("noGoProven", m.noGoProven());
        m.quantile()
                .ifPresent(
                        q -> {
                            one.put("quantile", q.quantile());
                            one.put("baselineValue", orNull(q.baseline()));
                            one.put("candidateValue", orNull(q.candidate()));
                        });
        return one;
    }

    private static List<Map<String, Object>> objectives(CutoverPlan plan, RunEvidence evidence) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (CutoverPlan.Tested tested : plan.tests()) {
            if (tested.metric().target().isPresent()) {
                Finding missed = new Finding(tested, Finding.Kind.OBJECTIVE);
                all.add(
                        Map.of(
                                "metric", tested.metric().name(),
                                "bad", evidence.candidateBad(tested),
                                "total", evidence.candidateTotal(tested),
                                "logE", evidence.logE(missed),
                                "logENeeded", evidence.needed(missed)));
            }
        }
        return all;
    }

    /**
     * Short, because there are many: the order is that of {@link StoredStratum}'s components from
     * the step on. Values are packed sketches in Base64.
     */
    private static List<Object> row(StoredStratum s) {
        List<Object> row =
                new ArrayList<>(
                        List.of(
                                s.step(),
                                s.metric(),
                                s.start(),
                                s.group(),
                                s.baselineBad(),
                                s.baselineTotal(),
                                s.candidateBad(),
                                s.candidateTotal()));
        s.values()
                .ifPresent(
                        values -> {
                            row.add(packed(values.baseline()));
                            row.add(packed(values.candidate()));
                        });
        return row;
    }

    private static String packed(Sketch values) {
        return Base64.getEncoder().encodeToString(values.encode());
    }

    /** Reads a stored decision. */
    static Decision decision(StoredDecision stored) {
        JsonNode json = CanonicalJson.read(stored.evidence());
        return new Decision(
                stored.cutover(),
                stored.run(),
                json.path("revision").asText(),
                present(json.path("step")).map(EvidenceRecord::step),
                Decision.Verdict.valueOf(stored.verdict()),
                json.path("final").asBoolean(),
                list(json.path("reasons")).map(EvidenceRecord::reason).toList(),
                list(json.path("metrics")).map(EvidenceRecord::metric).toList(),
                forecast(json.path("forecast")),
                json.path("retryAfterSeconds").asInt(),
                stored.id(),
                stored.sha256(),
                json.path("configSha256").asText(),
                Instant.parse(json.path("evaluatedAt").asText()),
                present(json.path("dataThrough")).map(JsonNode::asText).map(Instant::parse));
    }

    private static Forecast forecast(JsonNode json) {
        return new Forecast(
                number(json.path("candidateRequestsToGo")),
                number(json.path("secondsAtCurrentTraffic")),
                number(json.path("candidateRequestsToNoGo")),
                number(json.path("secondsToNoGo")),
                present(json.path("next"))
                        .map(
                                next ->
                                        new Decision.NextShare(
                                                next.path("share").asDouble(),
                                                next.path("seconds").asLong())));
    }

    private static Optional<JsonNode> present(JsonNode node) {
        return node.isMissingNode() || node.isNull() ? Optional.empty() : Optional.of(node);
    }

    private static Stream<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static OptionalLong number(JsonNode node) {
        return node.isNumber() ? OptionalLong.of(node.asLong()) : OptionalLong.empty();
    }

    private static Run.StepReport step(JsonNode json) {
        return new Run.StepReport(
                json.path("index").asInt(),
                json.path("share").asDouble(),
                Instant.parse(json.path("startedAt").asText()));
    }

    private static Reason reason(JsonNode json) {
        return new Reason(
                Decision.Code.valueOf(json.path("code").asText()),
                json.path("metric").asText(),
                json.path("text").asText());
    }

    private static MetricEvidence metric(JsonNode json) {
        return new MetricEvidence(
                json.path("name").asText(),
                json.path("required").asBoolean(),
                json.path("baseline").path("bad").asLong(),
                json.path("baseline").path("total").asLong(),
                json.path("candidate").path("bad").asLong(),
                json.path("candidate").path("total").asLong(),
                decimal(json.path("ratio")),
                json.path("goMargin").asDouble(),
                json.path("noGoMargin").asDouble(),
                json.path("logEGo").asDouble(),
                json.path("logEGoNeeded").asDouble(),
                json.path("logENoGo").asDouble(),
                json.path("logENoGoNeeded").asDouble(),
                json.path("goProven").asBoolean(),
                json.path("noGoProven").asBoolean(),
                present(json.path("quantile")).map(_ -> quantile(json)));
    }

    private static Decision.Quantile quantile(JsonNode metric) {
        return new Decision.Quantile(
                metric.path("quantile").asDouble(),
                decimal(metric.path("baselineValue")),
                decimal(metric.path("candidateValue")));
    }

    private static OptionalDouble decimal(JsonNode node) {
        return node.isNumber() ? OptionalDouble.of(node.asDouble()) : OptionalDouble.empty();
    }
}
