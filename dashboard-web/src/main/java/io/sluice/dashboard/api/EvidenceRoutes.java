package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.security.Role;
import io.sluice.engine.SloEngine;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Evidence that leaves the server: one decision's, and a whole run's as a file. */
final class EvidenceRoutes {
    /** One JSON object a line. */
    private static final String LINES = "application/x-ndjson";

    /** In the place of a run's number. */
    private static final String LATEST = "latest";

    private final SloEngine engine;

    EvidenceRoutes(SloEngine engine) {
        this.engine = engine;
    }

    List<Operation> operations() {
        return List.of(
                get(
                                "/evidence/{id}",
                                "getEvidence",
                                "Everything that a decision was made from, as canonical JSON")
                        .roles(Role.GATE, Role.READ)
                        .answersAs("application/json", this::ofDecision),
                get(
                                "/cutovers/{name}/runs/{run}/evidence",
                                "getRunEvidence",
                                "A run's evidence as a file that stands alone, one JSON object a"
                                        + " line: what the run was, with its cutover's definition;"
                                        + " each decision with its digest; and the end, with the"
                                        + " last digest. A file without its end was cut")
                        .path("run", "Its number, or `latest`.", "[0-9]+|latest")
                        .roles(Role.GATE, Role.READ)
                        .answersAs(LINES, this::ofRun));
    }

    private void ofDecision(Context ctx) {
        String id = ctx.pathParam("id");
        String json =
                engine.evidence(id).orElseThrow(() -> ProblemException.notFound("evidence", id));
        ctx.contentType("application/json").result(json);
    }

    /**
     * Writes line by line, because a run of many days does not fit in memory. If the store fails in
     * the midst of it, the connection ends, and the file lacks its last line.
     */
    private void ofRun(Context ctx) {
        String cutover = ctx.pathParam("name");
        String run = ctx.pathParam("run");
        try (Stream<String> lines =
                engine.evidenceFile(cutover, number(run))
                        .orElseThrow(() -> ProblemException.notFound("run", run))) {
            ctx.status(HttpStatus.OK)
                    .contentType(LINES)
                    .header("Content-Disposition", "attachment; filename=\"evidence.jsonl\"");
            if (!ctx.method().equals(HandlerType.HEAD)) {
                write(lines.iterator(), ctx.outputStream());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Iterator<String> lines, OutputStream out) throws IOException {
        while (lines.hasNext()) {
            out.write(lines.next().getBytes(StandardCharsets.UTF_8));
            out.write('\n');
        }
    }

    private static OptionalInt number(String run) {
        if (run.equals(LATEST)) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(run));
        } catch (NumberFormatException e) {
            throw ProblemException.notFound("run", run);
        }
    }
}
