package io.sluice.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.engine.bench.EngineBench;
import io.sluice.engine.bench.EngineRow;
import io.sluice.server.bench.BenchFolder;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code sluice bench engine}. */
@Command(
        name = "engine",
        description =
                "Measures what it costs to look at SLOs, and what their history takes in memory and on disk. Events"
                        + " are made up, and no server is needed. Medians; processor time where the unit says so.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:it could not be measured", "2:usage"})
final class BenchEngineCommand implements Callable<Integer> {
    @Option(
            names = "--quick",
            description = "1,000 SLOs in place of 10,000, and no history of 390 days")
    private boolean quick;

    @Option(names = "--json", description = "print results[] as JSON")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    private final EngineBench.Sizes wholeSizes;
    private final EngineBench.Sizes quickSizes;

    BenchEngineCommand() {
        this(EngineBench.Sizes.WHOLE, EngineBench.Sizes.QUICK);
    }

    BenchEngineCommand(EngineBench.Sizes wholeSizes, EngineBench.Sizes quickSizes) {
        this.wholeSizes = wholeSizes;
        this.quickSizes = quickSizes;
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<EngineRow> rows = new ArrayList<>();
        try (BenchFolder folder = BenchFolder.create()) {
            new EngineBench(quick ? quickSizes : wholeSizes)
                    .run(
                            folder.path(),
                            row -> {
                                rows.add(row);
                                if (!json) {
                                    out.printf(
                                            "%s: %,.3f %s%n", row.name(), row.value(), row.unit());
                                    out.flush();
                                }
                            });
        } catch (IOException e) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("sluice: the engine could not be measured: " + e.getMessage());
            err.flush();
            return 1;
        }
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(Map.of("results", rows)));
            out.flush();
        }
        return 0;
    }
}
