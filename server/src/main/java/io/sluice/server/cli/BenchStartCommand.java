package io.sluice.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.server.bench.StartBench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code sluice bench start}. */
@Command(
        name = "start",
        description =
                "Measures a server from its process's start to its first accepted request, with the AOT cache that the"
                        + " build makes and without.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:a server did not start", "2:usage"})
final class BenchStartCommand implements Callable<Integer> {
    @Option(
            names = "--starts",
            paramLabel = "N",
            defaultValue = "5",
            description = "of each kind (default: ${DEFAULT-VALUE})")
    private int starts;

    @Option(names = "--json", description = "print results[] as JSON")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (starts < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--starts is %d; expected at least 1".formatted(starts));
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (StartBench.cache().isEmpty()) {
            err.println(
                    "sluice: no AOT cache is in use, so only starts without one are measured; 'mvn package' makes one"
                            + " for the launcher");
        }
        List<StartBench.Row> rows;
        try {
            rows = new StartBench().run(starts);
        } catch (IOException e) {
            err.println("sluice: the start could not be measured: " + e.getMessage());
            return 1;
        }
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(Map.of("results", rows)));
        } else {
            for (StartBench.Row row : rows) {
                out.printf(
                        "%s: first request accepted after %,.0f ms (%,.0f to %,.0f), ready after %,.0f ms, %,.0f ms CPU,"
                                + " %.0f MB resident, median of %d starts%n",
                        row.mode(),
                        row.firstAcceptedMillis(),
                        row.firstAcceptedMillisMin(),
                        row.firstAcceptedMillisMax(),
                        row.readyMillis(),
                        row.cpuMillis(),
                        row.memoryMegabytes(),
                        row.starts());
            }
        }
        out.flush();
        return 0;
    }
}
