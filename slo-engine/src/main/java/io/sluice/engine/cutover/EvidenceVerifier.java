package io.sluice.engine.cutover;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Problem;
import io.sluice.engine.cutover.EvidenceVerification.Difference;
import io.sluice.engine.cutover.EvidenceVerification.Outcome;
import io.sluice.engine.measure.MeasurePlan;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Verifies an exported run without a server: its decisions are a chain, the definition is the one
 * that the run was pinned to, and each verdict follows from the sealed counts. Used once, by one
 * thread.
 */
public final class EvidenceVerifier {

    /** One mistake has many consequences; more of them help nobody. */
    private static final int MOST_DIFFERENCES = 50;

    private static final int MOST_IN_A_LINE = 3;

    private final Optional<String> expectedHead;
    private final List<Difference> differences = new ArrayList<>();
    private final EvidenceChain chain = new EvidenceChain();
    private final TreeMap<String, Integer> verdicts = new TreeMap<>();
    private final TreeSet<String> engines = new TreeSet<>();
    private long line;
    private long left;
    private int decisions;

    /** What the file's first line says. */
    private record Header(Run run, String method, String configSha256, String definition) {}

    private EvidenceVerifier(Optional<String> expectedHead) {
        this.expectedHead = expectedHead;
    }

    /**
     * Reads a file as it was exported, line by line.
     *
     * @param expectedHead the digest of the last decision, if it was noted elsewhere: without it a
     *     file that was cut and closed again cannot be told
     */
    public static EvidenceVerification verify(
            Iterator<String> lines, Optional<String> expectedHead) {
        return new EvidenceVerifier(expectedHead).verify(lines);
    }

    private EvidenceVerification verify(Iterator<String> lines) {
        Header header;
        try {
            header = header(next(lines));
        } catch (IllegalArgumentException | DateTimeException e) {
            return EvidenceVerification.notEvidence("line 1: " + e.getMessage());
        }
        Arithmetic arithmetic = arithmetic(header);
        Optional<SecondOpinion> opinion =
                arithmetic.plan().map(plan -> new SecondOpinion(plan, header.run()));
        boolean ended = false;
        while (lines.hasNext()) {
            JsonNode json;
            try {
                json = CanonicalJson.read(next(lines));
            } catch (IllegalArgumentException e) {
                differs("this is not JSON");
                continue;
            }
            if (ended) {
                differs("there is something after the end");
            } else if (json.has("end")) {
                ended = true;
                end(json);
            } else {
                decision(json, header.run(), opinion);
            }
        }
        if (!ended) {
            line++;
            differs("the file ends without its last line: it was cut");
        }
        return new EvidenceVerification(
                differences.isEmpty()
                        ? arithmetic.isOurs() ? Outcome.VERIFIED : Outcome.OTHER_METHOD
                        : Outcome.DIFFERS,
                header.run().cutover(),
                header.run().number(),
                header.run().revision(),
                List.copyOf(engines),
                header.method(),
                decisions,
                verdicts,
                chain.head(),
                differences,
                left);
    }

    /**
     * How a run was decided.
     *
     * @param isOurs whether this version decides such a run in the same way
     * @param plan by which it does; empty if it cannot be read, which a difference tells
     */
    private record Arithmetic(boolean isOurs, Optional<CutoverPlan> plan) {
        private static final Arithmetic OF_OTHERS = new Arithmetic(false, Optional.empty());
    }

    private Arithmetic arithmetic(Header header) {
        if (!header.method().startsWith(CutoverPlan.METHOD)) {
            return Arithmetic.OF_OTHERS;
        }
        Optional<CutoverPlan> readable = plan(header);
        if (readable.isEmpty()) {
            return new Arithmetic(true, readable);
        }
        CutoverPlan plan = readable.get();
        boolean pinned = header.configSha256().equals(plan.sha256());
        // A run that nothing was decided about does not say how it would have been.
        boolean undecided = header.method().equals(CutoverPlan.METHOD) && pinned;
        if (!undecided && !header.method().equals(plan.method())) {
            return Arithmetic.OF_OTHERS;
        }
        if (!pinned) {
            differs(
                    "the definition has the digest "
                            + plan.sha256()
                            + ", and the run was pinned to "
                            + header.configSha256());
        }
        return new Arithmetic(true, readable);
    }

    private String next(Iterator<String> lines) {
        line++;
        if (!lines.hasNext()) {
            throw new IllegalArgumentException("the file is empty");
        }
        return lines.next();
    }

    private static Header header(String text) {
        JsonNode json;
        try {
            json = CanonicalJson.read(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("this is not JSON, so no exported evidence", e);
        }
        if (!json.path("format").asText().equals(EvidenceFile.FORMAT)) {
            throw new IllegalArgumentException(
                    "the format is "
                            + json.path("format").asText("not given")
                            + ", expected "
                            + EvidenceFile.FORMAT);
        }
        String configSha256 = json.path("configSha256").asText();
        return new Header(
                new Run(
                        json.path("cutover").asText(),
                        json.path("run").asInt(),
                        json.path("revision").asText(),
                        json.path("principal").asText(),
                        Instant.parse(json.path("startedAt").asText()),
                        Optional.empty(),
                        configSha256,
                        List.of()),
                json.path("method").asText(),
                configSha256,
                json.path("definition").asText());
    }

    /** Compiled as a server does it. */
    private Optional<CutoverPlan> plan(Header header) {
        Loaded loaded =
                new DefinitionLoader()
                        .loadSources(
                                List.of(new SourceFile("definition.yaml", header.definition())));
        if (loaded.definitions().isEmpty()) {
            differs(
                    loaded.problems().stream()
                            .filter(p -> p.severity() == Problem.Severity.ERROR)
                            .findFirst()
                            .map(p -> "the definition cannot be read: " + p)
                            .orElse("the definition is not complete"));
            return Optional.empty();
        }
        @Nullable Cutover cutover =
                loaded.definitions().get().cutovers().get(header.run().cutover());
        if (cutover == null) {
            differs("the definition has no cutover named " + header.run().cutover());
            return Optional.empty();
        }
        return Optional.of(
                CutoverPlan.of(cutover, MeasurePlan.compile(loaded.definitions().get())));
    }

    private void decision(JsonNode json, Run run, Optional<SecondOpinion> opinion) {
        JsonNode evidence = json.path("evidence");
        String id = json.path("id").asText();
        decisions++;
        verdicts.merge(evidence.path("verdict").asText(), 1, Integer::sum);
        engines.add(evidence.path("engine").asText());
        List<String> found =
                new ArrayList<>(chain.differences(id, json.path("sha256").asText(), evidence));
        if (!evidence.path("cutover").asText().equals(run.cutover())
                || evidence.path("run").asInt() != run.number()
                || !evidence.path("runStartedAt").asText().equals(run.startedAt().toString())) {
            found.add("it is of another run than the file");
        }
        opinion.ifPresent(again -> found.addAll(again.differences(evidence)));
        found.stream().limit(MOST_IN_A_LINE).forEach(text -> differs(id + ": " + text));
        left += Math.max(0, found.size() - MOST_IN_A_LINE);
    }

    private void end(JsonNode json) {
        if (json.path("decisions").asInt() != decisions) {
            differs(
                    "the end counts "
                            + json.path("decisions").asInt()
                            + " decisions, and there are "
                            + decisions);
        }
        String head = chain.head();
        if (!json.path("head").asText("").equals(head)) {
            differs(
                    "the end names "
                            + json.path("head").asText("")
                            + ", and the last decision's digest is "
                            + head);
        }
        expectedHead
                .filter(expected -> !expected.equalsIgnoreCase(head))
                .ifPresent(
                        expected ->
                                differs(
                                        "the last decision's digest is "
                                                + head
                                                + ", expected "
                                                + expected));
    }

    private void differs(String text) {
        if (differences.size() < MOST_DIFFERENCES) {
            differences.add(new Difference(line, text));
        } else {
            left++;
        }
    }
}
