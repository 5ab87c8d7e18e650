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

/** {@code sluice backup}. */
@Command(
        name = "backup",
        description =
                "Copies a data folder, also while a server works in it, and checks the copy: store and ingest"
                        + " log, as they are at one moment.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and the copy is whole",
            "1:it is not; the reason is printed",
            "2:usage"
        })
final class BackupCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "DIR",
            description = "where the copy goes: an empty folder, or one that does not exist")
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
            Backup.Contents contents = Backup.take(data, backup);
            out.printf(
                    "%,d bytes; records %d to %d, counted up to %d%n",
                    contents.bytes(),
                    contents.firstOffset(),
                    contents.lastOffset(),
                    contents.appliedOffset());
            return 0;
        } catch (IOException e) {
            err.println("cannot back up: " + e.getMessage());
            return 1;
        } finally {
            out.flush();
            err.flush();
        }
    }
}
