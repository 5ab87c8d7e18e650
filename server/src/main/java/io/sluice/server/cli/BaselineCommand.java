package io.sluice.server.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sluice baseline}: what was normal before anything moved. */
@Command(
        name = "baseline",
        description =
                "Records what was measured in a time, under a name and for good, and sets it"
                        + " against another time.",
        mixinStandardHelpOptions = true,
        subcommands = {
            HelpCommand.class,
            BaselineCommand.Keep.class,
            BaselineCommand.Listed.class,
            BaselineCommand.Show.class,
            BaselineCommand.Compare.class
        })
final class BaselineCommand implements Callable<Integer> {
    private static final int REFUSED = 2;

    /** Adding up a year takes a while. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "what of it? record, list, show or compare");
    }

    /** What every part of the command does: asks, and prints the answer as a text or as JSON. */
    abstract static class Asks implements Callable<Integer> {
        @Option(names = "--json", description = "print the whole answer")
        private boolean wholeAnswer;

        @Mixin private Api api = new Api();

        @Spec private CommandSpec spec = CommandSpec.create();

        abstract Api.Answer ask(Api server) throws IOException, InterruptedException;

        abstract String text(JsonNode answer);

        ParameterException wrong(String message) {
            return new ParameterException(spec.commandLine(), message);
        }

        @Override
        public final Integer call() throws InterruptedException {
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            try {
                Api.Answer answer = ask(api);
                if (answer.status() >= 300) {
                    err.println(api.url() + " refuses: " + Api.detail(answer.body()));
                    return Api.exitCode(answer.status(), REFUSED);
                }
                out.println(wholeAnswer ? answer.body().toPrettyString() : text(answer.body()));
                return 0;
            } catch (IOException e) {
                err.println(api.unanswered(e));
                return Api.UNREACHABLE;
            } finally {
                out.flush();
                err.flush();
            }
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record NewBaseline(
            String name,
            String from,
            @Nullable String to,
            List<LeaveOut> leaveOut,
            List<String> exclusions) {}

    private record LeaveOut(String from, String to, String reason) {}

    /** {@code sluice baseline record}. */
    @Command(
            name = "record",
            description = {
                "Records whole counts and values of everything that is measured. What is recorded"
                        + " is not changed and not removed any more.",
                "Leave out what was not normal: sluice baseline record before --from"
                        + " 2026-01-01T00:00:00Z --leave-out \"2026-01-09T19:00:00Z/"
                        + "2026-01-09T23:00:00Z Flash Friday\""
            },
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:recorded",
                "2:usage, or the name is taken",
                "4:the server cannot be reached"
            })
    static final class Keep extends Asks {
        private static final Pattern LEAVE_OUT = Pattern.compile("([^/ ]+)/([^/ ]+) +(.+)");

        @Parameters(paramLabel = "NAME", description = "a new name")
        private String name = "";

        @Option(
                names = "--from",
                required = true,
                paramLabel = "TIME",
                description = "for example 2026-01-01T00:00:00Z")
        private String from = "";

        @Option(names = "--to", paramLabel = "TIME", description = "default: now")
        private @Nullable String to;

        @Option(
                names = "--leave-out",
                paramLabel = "\"FROM/TO REASON\"",
                description = "a time that was not normal; may be repeated")
        private List<String> leaveOut = List.of();

        @Option(
                names = "--exclusion",
                paramLabel = "NAME",
                description = "an exclusion of the definitions, whose times are left out, too")
        private List<String> exclusions = List.of();

        @Override
        Api.Answer ask(Api server) throws IOException, InterruptedException {
            List<LeaveOut> out = new ArrayList<>();
            for (String one : leaveOut) {
                Matcher matcher = LEAVE_OUT.matcher(one);
                if (!matcher.matches()) {
                    throw wrong("--leave-out is \"" + one + "\", expected \"FROM/TO REASON\"");
                }
                out.add(new LeaveOut(matcher.group(1), matcher.group(2), matcher.group(3)));
            }
            return server.post(
                    "/api/v1/baselines", new NewBaseline(name, from, to, out, exclusions), TIMEOUT);
        }

        @Override
        String text(JsonNode answer) {
            return summary(answer);
        }
    }

    private static String summary(JsonNode baseline) {
        StringBuilder text = new StringBuilder();
        text.append(
                "%s: %s to %s, %,d subjects, recorded by %s at %s, sha256 %s"
                        .formatted(
                                baseline.path("name").asText(),
                                baseline.path("from").asText(),
                                baseline.path("to").asText(),
                                baseline.path("subjects").asLong(),
                                baseline.path("principal").asText(),
                                baseline.path("recordedAt").asText(),
                                baseline.path("sha256").asText()));
        for (JsonNode out : baseline.path("leftOut")) {
            text.append(System.lineSeparator())
                    .append(
                            "  without %s to %s: %s"
                                    .formatted(
                                            out.path("from").asText(),
                                            out.path("to").asText(),
                                            out.path("reason").asText()));
        }
        List<String> namedBy = new ArrayList<>();
        baseline.path("namedBy").forEach(cutover -> namedBy.add(cutover.asText()));
        if (!namedBy.isEmpty()) {
            text.append(System.lineSeparator())
                    .append("  named by cutovers ")
                    .append(String.join(", ", namedBy));
        }
        return text.toString();
    }

    /** {@code sluice baseline list}. */
    @Command(
            name = "list",
            description = "Every recorded baseline, and which cutovers name it.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:listed", "2:usage", "4:the server cannot be reached"})
    static final class Listed extends Asks {
        @Override
        Api.Answer ask(Api server) throws IOException, InterruptedException {
            return server.get("/api/v1/baselines");
        }

        @Override
        String text(JsonNode answer) {
            List<String> lines = new ArrayList<>();
            answer.path("baselines").forEach(baseline -> lines.add(summary(baseline)));
            return lines.isEmpty()
                    ? "none is recorded"
                    : String.join(System.lineSeparator(), lines);
        }
    }

    /** {@code sluice baseline show}. */
    @Command(
            name = "show",
            description = "What a baseline holds.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:shown",
                "2:usage, or no such baseline",
                "4:the server cannot be reached"
            })
    static final class Show extends Asks {
        @Parameters(paramLabel = "NAME", description = "its name")
        private String name = "";

        @Override
        Api.Answer ask(Api server) throws IOException, InterruptedException {
            return server.get("/api/v1/baselines/" + Api.encoded(name));
        }

        @Override
        String text(JsonNode answer) {
            List<String> lines = new ArrayList<>(List.of(summary(answer.path("baseline"))));
            for (JsonNode subject : answer.path("subjects")) {
                lines.add(
                        "%s: %s%s"
                                .formatted(
                                        subject.path("subject").asText(),
                                        side(subject),
                                        subject.path("p99").isNumber()
                                                ? ", P50 %s, P95 %s, P99 %s"
                                                        .formatted(
                                                                number(subject.path("p50")),
                                                                number(subject.path("p95")),
                                                                number(subject.path("p99")))
                                                : ""));
            }
            return String.join(System.lineSeparator(), lines);
        }
    }

    /** {@code sluice baseline compare}. */
    @Command(
            name = "compare",
            description =
                    "A baseline against another one, or against a time: ratios of bad shares with"
                            + " their bounds, and quantiles.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:compared",
                "2:usage, or no such baseline or time",
                "4:the server cannot be reached"
            })
    static final class Compare extends Asks {
        @Parameters(paramLabel = "NAME", index = "0", description = "a baseline's name")
        private String name = "";

        @Parameters(
                paramLabel = "OTHER|FROM/TO",
                index = "1",
                description = "another baseline's name, or two times")
        private String other = "";

        @Override
        Api.Answer ask(Api server) throws IOException, InterruptedException {
            return server.get(
                    "/api/v1/baselines/"
                            + Api.encoded(name)
                            + "/comparison?"
                            + (other.contains("/") ? "range=" : "with=")
                            + Api.encoded(other),
                    TIMEOUT);
        }

        @Override
        String text(JsonNode answer) {
            List<String> lines = new ArrayList<>();
            for (JsonNode row : answer.path("subjects")) {
                lines.add(
                        "%s: %s, then %s; ratio %s (%s %%: %s to %s)"
                                .formatted(
                                        row.path("subject").asText(),
                                        side(row.path("baseline")),
                                        side(row.path("other")),
                                        number(row.path("ratio")),
                                        number(100 * answer.path("confidence").asDouble()),
                                        number(row.path("ratioLow")),
                                        number(row.path("ratioHigh"))));
                for (JsonNode value : row.path("values")) {
                    lines.add(
                            "  P%s %s, then %s"
                                    .formatted(
                                            number(100 * value.path("quantile").asDouble()),
                                            number(value.path("baseline")),
                                            number(value.path("other"))));
                }
            }
            return lines.isEmpty()
                    ? "they have nothing in common"
                    : String.join(System.lineSeparator(), lines);
        }
    }

    private static String side(JsonNode counts) {
        long total = counts.path("total").asLong();
        return "%,d bad of %,d%s"
                .formatted(
                        counts.path("bad").asLong(),
                        total,
                        total == 0
                                ? ""
                                : " ("
                                        + number(100.0 * counts.path("bad").asLong() / total)
                                        + " %)");
    }

    private static String number(JsonNode value) {
        return value.isNumber() ? number(value.asDouble()) : "unknown";
    }

    private static String number(double value) {
        return GateExplanationText.number(value);
    }
}
