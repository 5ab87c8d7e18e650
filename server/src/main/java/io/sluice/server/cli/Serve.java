package io.sluice.server.cli;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.yaml.Problem;
import io.sluice.server.Sluice;
import io.sluice.server.StartException;
import io.sluice.server.config.ConfigReader;
import io.sluice.server.config.ServerConfig;
import io.sluice.server.report.ProblemText;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Help.Ansi;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * A server from its definitions to its end.
 *
 * @param ansi asked for only where there is a problem to tell
 */
record Serve(PrintWriter out, PrintWriter err, Supplier<Ansi> ansi) {

    /**
     * Runs until the process is told to stop.
     *
     * @return the exit code
     */
    int run(ServeArguments arguments) throws InterruptedException {
        Sluice.prepare();
        Path definitions = arguments.definitions();
        Optional<ServerConfig> read = readConfig(arguments.config());
        if (read.isEmpty()) {
            return 1;
        }
        if (!Files.isDirectory(definitions)) {
            err.println("there is no folder " + definitions + "; name one with --definitions");
            return 1;
        }
        Loaded loaded = new DefinitionLoader().load(List.of(definitions));
        print(loaded.problems());
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
                        arguments.data(),
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

    private Optional<ServerConfig> readConfig(@Nullable Path config) {
        if (config == null) {
            return Optional.of(ServerConfig.DEFAULT);
        }
        try {
            ConfigReader.Read read = ConfigReader.read(config, System.getenv());
            print(read.problems());
            return read.config();
        } catch (IOException e) {
            err.println("sluice: cannot read " + config + " (" + e + "); check --config");
            return Optional.empty();
        }
    }

    private void print(List<Problem> problems) {
        if (!problems.isEmpty()) {
            new ProblemText(ansi.get()).print(problems, err);
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
