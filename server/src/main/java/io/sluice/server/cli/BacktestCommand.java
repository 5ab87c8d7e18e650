package io.sluice.server.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.SourceFile;
import io.sluice.server.report.Counted;
import io.sluice.server.report.ProblemText;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code sluice backtest}: what alert policies would have told last month. */
@Command(
        name = "backtest",
        description = {
            "Tries alert policies on a running server's history: those in force, and beside them"
                    + " those of the given definition files.",
            "Files are a whole set, as the server's folder holds one. Only what the server counts"
                    + " has a history: the same indicators under other policies.",
            "With --gate, what a cutover's gate would have said instead, and how often it is wrong"
                    + " about the baseline alone."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no incident was missed by the policies in force, or by those of the files if given",
            "1:the files have problems",
            "2:usage, or the server refuses to tell",
            "3:an incident was missed; with --gate, margins are narrower than the baseline keeps, or a"
                    + " step cannot decide before its deadline",
            "4:the server cannot be reached"
        })
final class BacktestCommand implements Callable<Integer> {
    private static final int PROBLEMS = 1;
    private static final int REFUSED = 2;
    private static final int MISSED = 3;

    /** Three months of a large set take minutes. */
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    /** Whom the output is for. */
    private enum Format {
        text,
        json
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Question(
            @Nullable String slo,
            @Nullable String from,
            @Nullable String to,
            @Nullable List<SourceFile> files,
            List<Incident> incidents) {}

    record Incident(String from, String to) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record GateQuestion(@Nullable String from, @Nullable String to) {}

    /** Two instants with a slash between them, as ISO 8601 writes intervals. */
    static final class IncidentConverter implements ITypeConverter<Incident> {
        @Override
        public Incident convert(String text) {
            int slash = text.indexOf('/');
            try {
                return new Incident(
                        Instant.parse(text.substring(0, Math.max(slash, 0))).toString(),
                        Instant.parse(text.substring(slash + 1)).toString());
            } catch (DateTimeException e) {
                throw new TypeConversionException(
                        "'%s' is not a time; expected 2026-02-14T09:30:00Z/2026-02-14T10:15:00Z"
                                .formatted(text));
            }
        }
    }

    @Parameters(
            paramLabel = "PATH",
            arity = "0..*",
            description = "files or folders to compare with what is in force")
    private List<Path> paths = List.of();

    @Option(
            names = "--gate",
            paramLabel = "CUTOVER",
            description = "try this cutover's gate, as it is defined now, on up to 10 days ")
    private @Nullable String gate;

    @Option(names = "--slo", paramLabel = "NAME", description = "one SLO (default: all)")
    private @Nullable String slo;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "the beginning (default: a week before the end, with --gate three days)")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "the end (default: now)")
    private @Nullable String to;

    @Option(
            names = "--incident",
            paramLabel = "FROM/TO",
            converter = IncidentConverter.class,
            description = "a time that should have paged; repeatable")
    private List<Incident> incidents = List.of();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "${COMPLETION-CANDIDATES}: for people or for programs (default: ${DEFAULT-VALUE})")
    private Format format = Format.text;

    @Mixin private Api api = new Api();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            if (gate != null) {
                return tryGate(gate, out, err);
            }
            @Nullable List<SourceFile> files = null;
            if (!paths.isEmpty()) {
                Loaded loaded = new DefinitionLoader().load(paths);
                if (loaded.definitions().isEmpty()) {
                    new ProblemText(spec.commandLine().getColorScheme().ansi())
                            .print(loaded.problems(), err);
                    err.println("not valid: " + Counted.of(loaded.problems()).inWords());
                    return PROBLEMS;
                }
                files = loaded.definitions().get().files();
            }
            Api.Answer answer =
                    api.post(
                            "/api/v1/backtest",
                            new Question(slo, from, to, files, incidents),
                            TIMEOUT);
            if (answer.status() != 200) {
                err.println(refusal(answer));
                return Api.exitCode(answer.status(), REFUSED);
            }
            return print(answer.body(), out);
        } catch (IOException e) {
            err.println(api.unanswered(e));
            return Api.UNREACHABLE;
        } finally {
            out.flush();
            err.flush();
        }
    }

    private int tryGate(String cutover, PrintWriter out, PrintWriter err)
            throws IOException, InterruptedException {
        if (!paths.isEmpty() || slo != null || !incidents.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--gate takes no files, no --slo and no --incident");
        }
        Api.Answer answer =
                api.post(
                        "/api/v1/cutovers/%s/backtest".formatted(Api.encoded(cutover)),
                        new GateQuestion(from, to),
                        TIMEOUT);
        if (answer.status() != 200) {
            err.println(refusal(answer));
            return Api.exitCode(answer.status(), REFUSED);
        }
        if (format == Format.json) {
            Output.json(out, answer.body());
        } else {
            GateBacktestText.print(answer.body(), out);
        }
        return answer.body().path("refusals").isEmpty() ? 0 : MISSED;
    }

    private String refusal(Api.Answer answer) {
        String where = answer.body().path("where").asText("");
        return "%s answered %d: %s%s"
                .formatted(
                        api.url(),
                        answer.status(),
                        where.isEmpty() ? "" : where + ": ",
                        Api.detail(answer.body()));
    }

    private int print(JsonNode answer, PrintWriter out) {
        JsonNode inForce = answer.path("inForce");
        JsonNode candidate = answer.path("candidate");
        if (format == Format.json) {
            Output.json(out, answer);
        } else {
            out.println(answer.path("from").asText() + " to " + answer.path("to").asText());
            side("in force", inForce, out);
            if (candidate.isObject()) {
                side("these files", candidate, out);
            }
        }
        return missed(candidate.isObject() ? candidate : inForce) > 0 ? MISSED : 0;
    }

    private static void side(String name, JsonNode report, PrintWriter out) {
        out.printf(
                "%n%s: %s, %.1f a week, %d outside the incidents; %d of %s missed%n",
                name,
                Counted.counted(report.path("pages").asInt(), "page"),
                report.path("pagesPerWeek").asDouble(),
                report.path("pagesOutsideIncidents").asInt(),
                missed(report),
                Counted.counted(report.path("incidents").size(), "incident"));
        for (JsonNode slo : report.path("slos")) {
            if (slo.path("countedFrom").isNull()) {
                out.printf("  %s: nothing like it was ever counted%n", slo.path("slo").asText());
            }
            for (JsonNode firing : slo.path("firings")) {
                out.printf(
                        "  %s  %s  %s, until %s, budget left %s%n",
                        firing.path("firedAt").asText(),
                        firing.path("severity").asText(),
                        firing.path("key").asText(),
                        firing.path("resolvedAt").asText("the end"),
                        percent(firing.path("budgetRemainingRatio")));
            }
        }
        for (JsonNode incident : report.path("incidents")) {
            out.printf(
                    "  incident %s to %s: %s%n",
                    incident.path("from").asText(),
                    incident.path("to").asText(),
                    incident.path("missed").asBoolean()
                            ? "missed"
                            : "paged after %d s by %s"
                                    .formatted(
                                            incident.path("timeToDetectSeconds").asLong(),
                                            incident.path("page").asText()));
        }
    }

    private static long missed(JsonNode report) {
        long missed = 0;
        for (JsonNode incident : report.path("incidents")) {
            missed += incident.path("missed").asBoolean() ? 1 : 0;
        }
        return missed;
    }

    private static String percent(JsonNode ratio) {
        return ratio.isNumber() ? "%.1f %%".formatted(100 * ratio.asDouble()) : "unmeasured";
    }
}
