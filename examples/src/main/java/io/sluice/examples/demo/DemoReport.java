package io.sluice.examples.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import io.sluice.examples.automation.GateAnswer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The demo as a file for programs. Shares are 0..1, times ISO-8601 in UTC.
 *
 * @param finalShares by service
 */
record DemoReport(
        StoryEnd story,
        List<Count> counts,
        List<DecisionTaken> decisions,
        Map<String, Double> finalShares,
        List<Alert> alerts,
        List<Row> results) {

    /**
     * Whether the story ended as it should.
     *
     * @param fault what was wrong with the first build of one service
     * @param problems what did not; empty when it did
     */
    record StoryEnd(boolean ok, String fault, List<String> problems) {}

    /** What was sent, by the sender's own count, and what Sluice counted. */
    record Count(String sli, String side, String signal, long sent, long counted) {}

    /** An answer of the gate that differed from the one before it. */
    record DecisionTaken(
            String cutover,
            String run,
            String at,
            String decision,
            double candidateShare,
            List<GateAnswer.Reason> reasons) {}

    /** A notification as it arrived. */
    record Alert(
            String slo,
            String severity,
            String status,
            String conditionTrueAt,
            String deliveredAt) {}

    /** A row of the results table; null is unmeasured. */
    record Row(
            String metric,
            String unit,
            @Nullable Double before,
            @Nullable Double after,
            @Nullable String improvement,
            @Nullable String note) {}

    static DemoReport of(
            Fault fault,
            List<String> problems,
            List<CountCheck.Row> counts,
            DecisionLog log,
            Map<String, Double> finalShares,
            List<AlertSink.Delivery> deliveries,
            List<SluiceApi.Result> results) {
        return new DemoReport(
                new StoryEnd(problems.isEmpty(), fault.word(), List.copyOf(problems)),
                counts.stream()
                        .map(r -> new Count(r.sli(), r.side(), r.signal(), r.sent(), r.counted()))
                        .toList(),
                log.entries().stream().map(DemoReport::taken).toList(),
                new TreeMap<>(finalShares),
                deliveries.stream().map(DemoReport::alert).toList(),
                results.stream().map(DemoReport::row).toList());
    }

    private static DecisionTaken taken(DecisionLog.Entry entry) {
        GateAnswer answer = entry.answer();
        return new DecisionTaken(
                entry.cutover(),
                answer.run(),
                entry.at().toString(),
                answer.decision().name(),
                answer.candidateShare(),
                answer.reasons());
    }

    private static Alert alert(AlertSink.Delivery delivery) {
        return new Alert(
                delivery.slo(),
                delivery.severity(),
                delivery.status(),
                delivery.conditionTrueAt(),
                delivery.deliveredAt().toString());
    }

    private static Row row(SluiceApi.Result result) {
        return new Row(
                result.metric(),
                result.unit(),
                result.before().orElse(null),
                result.after().orElse(null),
                result.improvement().orElse(null),
                result.note().orElse(null));
    }

    void write(Path file) throws IOException {
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.writeString(file, json.writeValueAsString(this) + "\n");
    }
}
