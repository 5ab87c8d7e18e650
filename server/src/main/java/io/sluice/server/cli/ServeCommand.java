package io.sluice.server.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code sluice serve}, as picocli knows it. */
@Command(
        name = "serve",
        description = "Takes telemetry in, evaluates objectives, answers go or no-go.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "1:cannot start",
            "2:usage",
            "143:stopped by SIGTERM, 130 by Ctrl-C; all that was accepted is stored"
        })
final class ServeCommand implements Callable<Integer> {

    @Option(
            names = ServeArguments.DATA,
            paramLabel = "DIR",
            defaultValue = ServeArguments.DATA_UNLESS_GIVEN,
            description = "where the store and the ingest log are (default: ${DEFAULT-VALUE})")
    private Path data = Path.of(ServeArguments.DATA_UNLESS_GIVEN);

    @Option(
            names = ServeArguments.DEFINITIONS,
            paramLabel = "DIR",
            defaultValue = ServeArguments.DEFINITIONS_UNLESS_GIVEN,
            description =
                    "the folder of definition files, followed while running (default: ${DEFAULT-VALUE})")
    private Path definitions = Path.of(ServeArguments.DEFINITIONS_UNLESS_GIVEN);

    @Option(
            names = ServeArguments.CONFIG,
            paramLabel = "FILE",
            description = "ports, tokens, scrape targets, sources, receivers")
    private @Nullable Path config;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        return new Serve(
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr(),
                        () -> spec.commandLine().getColorScheme().ansi())
                .run(arguments());
    }

    /** What it was told. */
    ServeArguments arguments() {
        return new ServeArguments(data, definitions, config);
    }
}
