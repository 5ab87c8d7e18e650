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

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Properties;
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

    private static final String FORMAT = "sluice-evidence-2";

    /** Which version decides. */
    static final String ENGINE = version();

    /** Decisions before there is a step are not about any. */
    private static final int NO_STEP = -1;

    private EvidenceRecord() {}

    private static String version() {
        Properties engine = new Properties();
        try (InputStream in = EvidenceRecord.class.getResourceAsStream("engine.properties")) {
            engine.load(Objects.requireNonNull(in, "engine.properties is part of the engine"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return engine.getProperty("version");
    }

    /**
     * What a record says beside the decision itself.
     *
     * @param strata those that were sealed since the record before
     * @param previous the record before; the first one has none
     */
    record Basis(
            CutoverPlan plan,
            Instant runStartedAt,
            RunEvidence evidence,
            Circumstances circumstances,
            List<StoredStratum> strata,
            Optional<Link> previous) {}

    /**
     * Writes the next record of a run's chain.
     *
     * @return the decision with the record's name and digest
     */
    static Decision store(Store.Transaction tx, Decision decision, Basis basis) {
        String json = CanonicalJson.write(describe(decision, basis));
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

    /** Everything that a record says. */
    static Map<String, Object> describe(Decision decision, Basis basis) {
        boolean first = basis.previous().isEmpty();
        Map<String, Object> all = describe(decision);
        all.put("format", FORMAT);
        all.put("engine", ENGINE);
        all.put("runStartedAt", basis.runStartedAt().toString());
        all.put("definition", first ? CanonicalJson.read(basis.plan().json()) : null);
        all.put(
                "dispersion",
                first ? BaselineHistory.describe(basis.evidence().dispersions()) : null);
        all.put("circumstances", basis.circumstances().describe());
        all.put("objectives", objectives(basis.plan(), basis.evidence()));
        all.put("strata", basis.strata().stream().map(EvidenceRecord::row).toList());
        all.put("previous", basis.previous().map(EvidenceRecord::describe).orElse(null));
        return all;
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

    /** The strata that a record brings. */
    static List<StoredStratum> strata(JsonNode record) {
        String cutover = record.path("cutover").asText();
        int run = record.path("run").asInt();
        return list(record.path("strata")).map(row -> stratum(cutover, run, row)).toList();
    }

    private static StoredStratum stratum(String cutover, int run, JsonNode row) {
        return new StoredStratum(
                cutover,
                run,
                row.path(0).asInt(),
                row.path(1).asText(),
                row.path(2).asLong(),
                row.path(3).asText(),
                row.path(4).asLong(),
                row.path(5).asLong(),
                row.path(6).asLong(),
                row.path(7).asLong(),
                row.has(9)
                        ? Optional.of(
                                new StoredStratum.Values(
                                        unpacked(row.path(8)), unpacked(row.path(9))))
                        : Optional.empty());
    }

    private static Sketch unpacked(JsonNode values) {
        return Sketch.decode(Base64.getDecoder().decode(values.asText()));
    }

    /** The step that a record is about. */
    static Optional<Run.StepReport> stepOf(JsonNode record) {
        return present(record.path("step")).map(EvidenceRecord::step);
    }

    /** The record that a record names as the one before. */
    static Optional<Link> previous(JsonNode record) {
        return present(record.path("previous"))
                .map(link -> new Link(link.path("id").asText(), link.path("sha256").asText()));
    }

    /** Reads a stored decision. */
    static Decision decision(StoredDecision stored) {
        return decision(stored.id(), stored.sha256(), CanonicalJson.read(stored.evidence()));
    }

    /**
     * The decision that a record is about.
     *
     * @throws IllegalArgumentException if it says what no decision says
     * @throws java.time.DateTimeException if a time is none
     */
    static Decision decision(String id, String sha256, JsonNode json) {
        return new Decision(
                json.path("cutover").asText(),
                json.path("run").asInt(),
                json.path("revision").asText(),
                stepOf(json),
                Decision.Verdict.valueOf(json.path("verdict").asText()),
                json.path("final").asBoolean(),
                list(json.path("reasons")).map(EvidenceRecord::reason).toList(),
                list(json.path("metrics")).map(EvidenceRecord::metric).toList(),
                forecast(json.path("forecast")),
                json.path("retryAfterSeconds").asInt(),
                id,
                sha256,
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
