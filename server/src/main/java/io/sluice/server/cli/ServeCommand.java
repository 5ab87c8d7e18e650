package io.sluice.server.cli;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.server.Sluice;
import io.sluice.server.StartException;
import io.sluice.server.config.ConfigReader;
import io.sluice.server.config.ServerConfig;
import io.sluice.server.report.ProblemText;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** {@code sluice serve}: runs until it is told to stop. */
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
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "where the store and the ingest log are (default: ${DEFAULT-VALUE})")
    private Path data = Path.of("data");

    @Option(
            names = "--definitions",
            paramLabel = "DIR",
            defaultValue = "slo-definitions",
            description =
                    "the folder of definition files, followed while running (default: ${DEFAULT-VALUE})")
    private Path definitions = Path.of("slo-definitions");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "ports, tokens, scrape targets, sources, receivers")
    private @Nullable Path config;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Optional<ServerConfig> read = readConfig(err);
        if (read.isEmpty()) {
            return 1;
        }
        if (!Files.isDirectory(definitions)) {
            err.println("there is no folder " + definitions + "; name one with --definitions");
            return 1;
        }
        Loaded loaded = new DefinitionLoader().load(List.of(definitions));
        new ProblemText(spec.commandLine().getColorScheme().ansi()).print(loaded.problems(), err);
        if (!loaded.valid()) {
            err.println(
                    "definitions have problems; mend them, or see all with: sluice validate "
                            + definitions);
            return 1;
        }
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    stop.countDown();
                                    awaitQuietly(stopped);
                                },
                                "sluice-stop"));
        try (Sluice sluice =
                Sluice.start(
                        data,
                        new Sluice.DefinitionsFolder(definitions, loaded),
                        read.get(),
                        InstantSource.system())) {
            sluice.addresses()
                    .forEach(address -> out.println(address.name() + " " + address.text()));
            out.println("ready");
            out.flush();
            stop.await();
        } catch (StartException e) {
            err.println("sluice: " + e.getMessage());
            return 1;
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    private Optional<ServerConfig> readConfig(PrintWriter err) {
        if (config == null) {
            return Optional.of(ServerConfig.DEFAULT);
        }
        try {
            ConfigReader.Read read = ConfigReader.read(config, System.getenv());
            new ProblemText(spec.commandLine().getColorScheme().ansi()).print(read.problems(), err);
            return read.config();
        } catch (IOException e) {
            err.println("sluice: cannot read " + config + " (" + e + "); check --config");
            return Optional.empty();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
