package io.sluice.server.cli;

import io.sluice.server.bench.Training;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * {@code sluice train}: what the JVM watches when it makes the AOT cache. Serves as {@code sluice
 * serve} does, sends to itself by every protocol, opens pages, and ends.
 */
@Command(
        name = "train",
        hidden = true,
        description =
                "Serves and sends to itself for some seconds; the build makes its AOT cache so.",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "an empty folder for what it writes")
    private Path folder = Path.of("train");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Training training = Training.prepare(folder);
        PrintWriter out = training.listening(spec.commandLine().getErr());
        // It never returns: the training ends the process, as a service manager would.
        return SluiceCommand.serve(
                ServeArguments.ofPlain(training.serveArguments().toArray(String[]::new))
                        .orElseThrow(),
                out,
                spec.commandLine().getErr());
    }
}
