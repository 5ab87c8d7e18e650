package io.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * {@code sluice gate}: asks for a decision and turns it into an exit code. Fails closed: whatever
 * is not a GO is not 0, unless the caller explicitly allows an unreachable server.
 */
@Command(
        name = "gate",
        description =
                "Asks whether a cutover may go on, or whether a migration's old system may be"
                        + " switched off.",
        mixinStandardHelpOptions = true,
        exitCodeOnInvalidInput = GateCommand.USAGE,
        exitCodeOnExecutionException = Api.UNREACHABLE,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:GO",
            "1:NO_GO",
            "2:still HOLD when the waiting time is over",
            "3:usage, or no such cutover or migration",
            "4:the server cannot be reached, or this command failed"
        })
final class GateCommand implements Callable<Integer> {
    static final int GO = 0;
    static final int NO_GO = 1;
    static final int HOLD = 2;
    static final int USAGE = 3;

    /** How long after a failed connection the next try begins. */
    private static final Duration RECONNECT = Duration.ofSeconds(2);

    @Parameters(
            paramLabel = "NAME",
            description = "the cutover's name; with --migration, the migration's")
    private String name = "";

    @Option(
            names = "--migration",
            description =
                    "ask whether the old system may be switched off: NAME is a migration, whose"
                            + " last phase decommissions")
    private boolean migration;

    @Option(
            names = "--share",
            paramLabel = "SHARE",
            description = "the candidate's share that the caller believes in, 0 to 1")
    private @Nullable Double share;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            defaultValue = "0s",
            description = "how long to wait for GO or NO_GO, for example 30s, 10m, 2h")
    private Duration wait = Duration.ZERO;

    @Option(names = "--json", description = "print the whole answer")
    private boolean wholeAnswer;

    @Option(
            names = "--explain",
            description =
                    "say at the end what the answer was made from: counts, ratios with their"
                            + " bounds, how far each proof is, and the forecast")
    private boolean explain;

    @Option(
            names = "--allow-unreachable",
            description =
                    "exit with 0 when the server cannot be reached, unless it was and did not say"
                            + " GO")
    private boolean allowUnreachable;

    @Mixin private Api api = new Api();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        if (migration && (share != null || explain)) {
            throw new ParameterException(
                    spec.commandLine(), "--migration takes no --share and no --explain");
        }
        String path = migration ? "/api/v1/migrations/" + Api.encoded(name) : path("decision");
        long deadlineNanos = System.nanoTime() + wait.toNanos();
        String lastSaid = "";
        boolean held = false;
        while (true) {
            Outcome outcome = ask(path);
            held |= outcome.code() == HOLD;
            if (!outcome.text().equals(lastSaid)) {
                say(outcome.text());
                lastSaid = outcome.text();
            }
            long leftNanos = deadlineNanos - System.nanoTime();
            if (!outcome.worthWaiting() || leftNanos <= 0) {
                if (explain) {
                    explain();
                }
                boolean excused = outcome.code() == Api.UNREACHABLE && allowUnreachable && !held;
                return excused ? GO : outcome.code();
            }
            Thread.sleep(Duration.ofNanos(Math.min(leftNanos, outcome.retryAfter().toNanos())));
        }
    }

    private String path(String what) {
        return "/api/v1/cutovers/"
                + Api.encoded(name)
                + "/"
                + what
                + (share == null ? "" : "?share=" + share);
    }

    /** What cannot be explained changes nothing about the answer. */
    private void explain() throws InterruptedException {
        try {
            Api.Answer answer = api.get(path("explanation"));
            if (answer.status() == 200) {
                say(GateExplanationText.of(answer.body()));
            }
        } catch (IOException e) {
            say("no explanation from " + api.url() + " (" + e + ")");
        }
    }

    /** One answer, as an exit code. Only HOLD and an unreachable server may change by waiting. */
    private record Outcome(int code, String text, Duration retryAfter) {
        boolean worthWaiting() {
            return code == HOLD || code == Api.UNREACHABLE;
        }
    }

    private Outcome ask(String path) throws InterruptedException {
        Api.Answer answer;
        try {
            answer = api.get(path);
        } catch (IOException e) {
            return new Outcome(Api.UNREACHABLE, api.unanswered(e), RECONNECT);
        }
        JsonNode body = answer.body();
        if (answer.status() == 200) {
            return migration ? decommission(body) : decided(body);
        }
        String detail = body.path("detail").asText(body.path("title").asText(""));
        String text = "%s answered %d: %s".formatted(api.url(), answer.status(), detail);
        return new Outcome(Api.exitCode(answer.status(), USAGE), text, RECONNECT);
    }

    /** Weeks pass before it changes; looking once a minute costs nothing. */
    private Outcome decommission(JsonNode body) {
        JsonNode decommission = body.path("decommission");
        if (!decommission.isObject()) {
            return new Outcome(USAGE, name + " has no phase that decommissions", RECONNECT);
        }
        String decision = decommission.path("decision").asText();
        StringBuilder text = new StringBuilder(decision).append(" decommission of ").append(name);
        for (JsonNode reason : decommission.path("reasons")) {
            text.append(System.lineSeparator()).append("  ").append(reason.asText());
        }
        return new Outcome(
                code(decision),
                wholeAnswer ? body.toPrettyString() : text.toString(),
                Duration.ofMinutes(1));
    }

    private static int code(String decision) {
        return switch (decision) {
            case "GO" -> GO;
            case "NO_GO" -> NO_GO;
            // An answer that this version does not know is not a GO.
            default -> HOLD;
        };
    }

    private Outcome decided(JsonNode body) {
        Duration retryAfter =
                Duration.ofSeconds(Math.max(1, body.path("retryAfterSeconds").asLong(1)));
        String text = wholeAnswer ? body.toPrettyString() : summary(body);
        return new Outcome(code(body.path("decision").asText()), text, retryAfter);
    }

    private static String summary(JsonNode body) {
        StringBuilder text = new StringBuilder(body.path("decision").asText("HOLD"));
        text.append(' ').append(body.path("cutover").asText());
        JsonNode step = body.path("step");
        if (step.has("candidateShare")) {
            text.append(" at %.4g %%".formatted(100 * step.path("candidateShare").asDouble()));
        }
        for (JsonNode reason : body.path("reasons")) {
            text.append(System.lineSeparator())
                    .append("  ")
                    .append(reason.path("code").asText())
                    .append(": ")
                    .append(reason.path("text").asText());
        }
        return text.toString();
    }

    private void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }
}
