package io.sluice.server.cli;

import io.sluice.server.Backup;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code sluice restore}. */
@Command(
        name = "restore",
        description =
                "Checks a copy that `sluice backup` made, and makes a data folder of it that a server can"
                        + " start with.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and the copy is whole",
            "1:it is not; the reason is printed",
            "2:usage"
        })
final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "the copy")
    private Path backup = Path.of("backup");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "the data folder (default: ${DEFAULT-VALUE})")
    private Path data = Path.of("data");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            Backup.Contents contents = Backup.restore(backup, data);
            out.printf(
                    "%,d bytes; records %d to %d, counted up to %d%n",
                    contents.bytes(),
                    contents.firstOffset(),
                    contents.lastOffset(),
                    contents.appliedOffset());
            return 0;
        } catch (IOException e) {
            err.println("cannot restore: " + e.getMessage());
            return 1;
        } finally {
            out.flush();
            err.flush();
        }
    }
}
