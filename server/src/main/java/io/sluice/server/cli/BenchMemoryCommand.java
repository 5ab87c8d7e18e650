package io.sluice.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.server.bench.MemoryBench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** {@code sluice bench memory}. */
@Command(
        name = "memory",
        description =
                "Measures what a server holds of many series, while hours of traffic come in, each round once the one before is counted."
                        + " Resident memory includes pages of files, the AOT cache's above all, which the system may drop;"
                        + " what is anonymous does not.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it could not be measured, or not everything that was sent is accounted for",
            "2:usage"
        })
final class BenchMemoryCommand implements Callable<Integer> {
    /** Older events are not taken in; an hour for the measuring itself. */
    private static final int MOST_HOURS = 47;

    @Option(
            names = "--series",
            paramLabel = "N",
            defaultValue = "100000",
            description = "all of them are counted (default: ${DEFAULT-VALUE})")
    private int series;

    @Option(
            names = "--hours",
            paramLabel = "N",
            defaultValue = "3",
            description = "of traffic, at most 47 (default: ${DEFAULT-VALUE})")
    private int hours;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            defaultValue = "5m",
            description = "from one event of a series to its next (default: ${DEFAULT-VALUE})",
            converter = DurationConverter.class)
    private Duration every = Duration.ofMinutes(5);

    @Option(names = "--json", description = "print results[] as JSON")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        require(series >= 1 && series <= 1_000_000, "--series", series, "1 to 1000000");
        require(hours >= 1 && hours <= MOST_HOURS, "--hours", hours, "1 to " + MOST_HOURS);
        long seconds = every.toSeconds();
        require(seconds >= 1 && 3600 % seconds == 0, "--every", every, "a part of an hour");
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        MemoryBench.Result result;
        try {
            result = new MemoryBench().run(new MemoryBench.Load(series, hours, every));
        } catch (IOException e) {
            err.println("sluice: the memory could not be measured: " + e.getMessage());
            return 1;
        }
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(Map.of("results", List.of(result))));
        } else {
            out.printf(
                    "%,d series, %d h, an event each %s s: %.0f MB resident at the end, %.0f of them anonymous"
                            + " (idle %.0f, %.0f; after each hour %s), store %.0f MB, log %.0f MB, %.2f µs CPU a span%n",
                    result.series(),
                    result.hours(),
                    number(result.everySeconds()),
                    result.megabytes(),
                    result.anonymousMegabytes(),
                    result.idleMegabytes(),
                    result.idleAnonymousMegabytes(),
                    result.hourlyMegabytes().stream()
                            .map("%.0f"::formatted)
                            .collect(Collectors.joining(", ")),
                    result.storeMegabytes(),
                    result.logMegabytes(),
                    result.cpuMicrosPerSpan());
        }
        out.flush();
        if (!result.accounted()) {
            err.printf(
                    "sluice: %,d spans were answered for, and %,d counted%n",
                    result.sent(), result.counted());
            err.flush();
            return 1;
        }
        return 0;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private void require(boolean holds, String option, Object value, String expected) {
        if (!holds) {
            throw new ParameterException(
                    spec.commandLine(), "%s is %s; expected %s".formatted(option, value, expected));
        }
    }
}
