package io.sluice.server.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.engine.cutover.GateBench;
import io.sluice.engine.cutover.GateRow;
import io.sluice.server.bench.DecisionBench;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** {@code sluice bench}: how fast the product is, here and now. */
@Command(
        name = "bench",
        description = "Measures this machine and this build.",
        mixinStandardHelpOptions = true,
        subcommands = {
            BenchIngestCommand.class,
            BenchStartCommand.class,
            BenchMemoryCommand.class,
            BenchEngineCommand.class,
            BenchDashboardCommand.class,
            BenchCommand.Gate.class
        })
final class BenchCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return 2;
    }

    /** {@code sluice bench gate}. */
    @Command(
            name = "gate",
            description =
                    "Tries the gate on simulated cutovers, with what decides for real: how often it is wrong, how"
                            + " soon it is right, and what a decision costs. It starts a server of its own.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:done",
                "1:a share of wrong NO_GO whose lower bound is over the allowance of 1 %%, or of wrong GO over 5 %%",
                "2:usage"
            })
    static final class Gate implements Callable<Integer> {
        /** What the simulated cutovers allow. */
        private static final double ALLOWANCE = 0.01;

        private static final double GO_RISK = 0.05;

        /** With fewer, a difference of shares is not normal. */
        private static final int RUNS_TO_COMPARE = 100;

        @Option(
                names = "--runs",
                paramLabel = "N",
                defaultValue = "1000",
                description = "simulated cutovers for each row (default: ${DEFAULT-VALUE})")
        private int runs;

        @Option(
                names = "--seed",
                paramLabel = "N",
                defaultValue = "1",
                description =
                        "the same seed and runs give the same rows (default: ${DEFAULT-VALUE})")
        private long seed;

        @Option(
                names = "--decision-seconds",
                paramLabel = "N",
                defaultValue = "10",
                description =
                        "how long a server is asked for decisions; 0 for not at all (default:"
                                + " ${DEFAULT-VALUE})")
        private int decisionSeconds;

        @Option(names = "--json", description = "print rows[] as JSON")
        private boolean json;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (runs < 1) {
                throw new ParameterException(
                        spec.commandLine(), "--runs is %d; expected at least 1".formatted(runs));
            }
            PrintWriter out = spec.commandLine().getOut();
            List<GateRow> rows = new ArrayList<>();
            Consumer<GateRow> told =
                    row -> {
                        rows.add(row);
                        if (!json) {
                            print(row, out);
                        }
                    };
            new GateBench(seed, runs).run(told);
            if (decisionSeconds > 0) {
                new DecisionBench()
                        .run(DecisionBench.WARM_UP, Duration.ofSeconds(decisionSeconds))
                        .forEach(told);
            }
            if (json) {
                out.println(
                        new ObjectMapper()
                                .writeValueAsString(
                                        new Rows(seed, rows.stream().map(Row::of).toList())));
            }
            out.flush();
            return rows.stream().anyMatch(row -> isTooOftenWrong(row) || isFar(row)) ? 1 : 0;
        }

        private static boolean isTooOftenWrong(GateRow row) {
            return switch (row.measure()) {
                case FALSE_NO_GO -> row.low95() > ALLOWANCE;
                case FALSE_GO -> row.low95() > GO_RISK;
                default -> false;
            };
        }

        private static boolean isFar(GateRow row) {
            return row.runs() >= RUNS_TO_COMPARE
                    && row.standardErrors().orElse(0) > GateRow.MOST_STANDARD_ERRORS;
        }

        private static void print(GateRow row, PrintWriter out) {
            String unit = row.measure().unit();
            boolean share = unit.equals("share");
            String number = share ? "%.2f %%" : unit.equals("requests") ? "%,.0f" : "%.1f";
            double scale = share ? 100 : 1;
            out.printf(
                    ("%s: %s " + number + " (" + number + " to " + number + ")%s, %,d runs%s%n"),
                    row.name(),
                    Row.words(row.measure()),
                    scale * row.value(),
                    scale * row.low95(),
                    scale * row.high95(),
                    share ? "" : " " + unit,
                    row.runs(),
                    row.published().isEmpty()
                            ? ""
                            : ", published %.1f %%, %.1f standard errors apart"
                                    .formatted(
                                            100 * row.published().getAsDouble(),
                                            row.standardErrors().orElse(0)));
            out.flush();
        }

        private record Rows(long seed, List<Row> rows) {}

        private record Row(
                String name,
                String measure,
                String unit,
                int runs,
                double value,
                double low95,
                double high95,
                @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double published,
                @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double standardErrors) {
            static Row of(GateRow row) {
                return new Row(
                        row.name(),
                        words(row.measure()),
                        row.measure().unit(),
                        row.runs(),
                        row.value(),
                        row.low95(),
                        row.high95(),
                        orNull(row.published()),
                        orNull(row.standardErrors()));
            }

            private static @Nullable Double orNull(OptionalDouble value) {
                return value.isPresent() ? value.getAsDouble() : null;
            }

            static String words(GateRow.Measure measure) {
                return measure.name().toLowerCase(Locale.ROOT).replace('_', '-');
            }
        }
    }
}
