package io.sluice.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.server.bench.DashboardBench;

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
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code sluice bench dashboard}. */
@Command(
        name = "dashboard",
        description =
                "Looks at the pages of a fresh server with a long history: how long each takes, and how long what changed"
                        + " takes to many readers of the overview while events come in at half load.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:not all that was sent was counted, or it could not be measured",
            "2:usage"
        })
final class BenchDashboardCommand implements Callable<Integer> {
    /** Fewer than the server lets listen, so that people can look, too. */
    private static final int MAX_READERS = 250;

    @Option(
            names = "--slos",
            paramLabel = "N",
            defaultValue = "1000",
            description = "objectives beside the shop's (default: ${DEFAULT-VALUE})")
    private int slos;

    @Option(
            names = "--history",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            defaultValue = "30d",
            description =
                    "how long they have been measured; ten of them for 400 d (default: ${DEFAULT-VALUE})")
    private Duration history = Duration.ZERO;

    @Option(
            names = "--looks",
            paramLabel = "N",
            defaultValue = "30",
            description =
                    "how often each page is asked for, once a second (default: ${DEFAULT-VALUE})")
    private int looks;

    @Option(
            names = "--readers",
            paramLabel = "N",
            defaultValue = "200",
            description =
                    "of the overview, at most 250; 0 leaves intake out, too (default: ${DEFAULT-VALUE})")
    private int readers;

    @Option(
            names = "--warm-up",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            defaultValue = "15s",
            description =
                    "of intake, and then of readers; not measured (default: ${DEFAULT-VALUE})")
    private Duration warmUp = Duration.ZERO;

    @Option(
            names = "--duration",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            defaultValue = "20s",
            description =
                    "at full load, at half load, and at half load with readers (default: ${DEFAULT-VALUE})")
    private Duration duration = Duration.ZERO;

    @Option(names = "--json", description = "print results[] as JSON")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        require(slos > 0, "--slos is " + slos + "; expected at least 1");
        require(looks > 0, "--looks is " + looks + "; expected at least 1");
        require(
                readers >= 0 && readers <= MAX_READERS,
                "--readers is " + readers + "; expected 0 to " + MAX_READERS);
        require(!duration.isZero(), "--duration is 0; expected more");
        PrintWriter out = spec.commandLine().getOut();
        List<DashboardBench.Row> rows = new ArrayList<>();
        boolean accounted;
        try {
            accounted =
                    new DashboardBench()
                            .run(
                                    new DashboardBench.Sizes(
                                            slos, history, looks, readers, warmUp, duration),
                                    row -> {
                                        rows.add(row);
                                        if (!json) {
                                            print(row, out);
                                        }
                                    });
        } catch (IOException e) {
            spec.commandLine()
                    .getErr()
                    .println("sluice: the pages could not be measured: " + e.getMessage());
            return 1;
        }
        if (json) {
            out.println(
                    new ObjectMapper()
                            .writeValueAsString(Map.of("results", rows, "accounted", accounted)));
        } else if (!accounted) {
            out.println("NOT ALL THAT WAS SENT IS ACCOUNTED FOR");
        }
        out.flush();
        return accounted ? 0 : 1;
    }

    private void require(boolean usable, String otherwise) {
        if (!usable) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private static void print(DashboardBench.Row row, PrintWriter out) {
        if (row.count() == 1) {
            out.printf("%s: %,.1f %s%n", row.name(), row.p50(), row.unit());
        } else {
            out.printf(
                    "%s: p50 %,.1f, p99 %,.1f, most %,.1f %s (%,d)%n",
                    row.name(), row.p50(), row.p99(), row.max(), row.unit(), row.count());
        }
        out.flush();
    }
}
