package io.sluice.server.cli;

import io.sluice.engine.fold.Replay;
import io.sluice.engine.store.StoredDeployment;
import io.sluice.server.OfflineReplay;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;

/** {@code sluice replay}: proves that a store is what its log says. */
@Command(
        name = "replay",
        description =
                "Folds the log of a stopped server again, from its start, and compares the result with"
                        + " the store, byte by byte.",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = ReplayCommand.UNREADABLE,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the store is bit-equal",
            "1:it differs; the first differences are printed",
            "2:usage",
            "3:no data folder, in use, or it cannot be read"
        })
final class ReplayCommand implements Callable<Integer> {
    static final int EQUAL = 0;
    static final int DIFFERENT = 1;
    static final int UNREADABLE = 3;

    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(2);

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description =
                    "where the store and the ingest log are; what they hold is not changed, but an"
                            + " incomplete index of the log is completed and segments of earlier"
                            + " versions are written anew, as a start does (default:"
                            + " ${DEFAULT-VALUE})")
    private Path data = Path.of("data");

    @Spec private CommandSpec spec = CommandSpec.create();

    private long nextProgressNanos;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            long began = System.nanoTime();
            nextProgressNanos = began + PROGRESS_EVERY.toNanos();
            Replay.Result result = OfflineReplay.run(data, offset -> progress(err, offset));
            print(result, Duration.ofNanos(System.nanoTime() - began), out);
            return result.isEqual() ? EQUAL : DIFFERENT;
        } catch (IOException e) {
            err.println("cannot replay " + data + ": " + e.getMessage());
            return UNREADABLE;
        } finally {
            out.flush();
            err.flush();
        }
    }

    private void progress(PrintWriter err, long offset) {
        long now = System.nanoTime();
        if (now - nextProgressNanos >= 0) {
            nextProgressNanos = now + PROGRESS_EVERY.toNanos();
            err.printf("applied up to offset %,d%n", offset);
            err.flush();
        }
    }

    private static void print(Replay.Result result, Duration took, PrintWriter out) {
        long records = Math.max(0, result.lastOffset() - result.firstOffset() + 1);
        out.printf(
                "%,d records, offsets %d to %d, folded in %.1f s%n",
                records, result.firstOffset(), result.lastOffset(), took.toMillis() / 1000.0);
        result.comparedFromEpochSecond()
                .ifPresent(
                        from ->
                                out.printf(
                                        "the log's beginning is gone; compared are hours from %s on%n",
                                        Instant.ofEpochSecond(from)));
        if (result.unfinishedMeasures() > 0) {
            out.printf(
                    "%d new measures are not compared: the server was stopped while it counted their"
                            + " older records%n",
                    result.unfinishedMeasures());
        }
        for (Replay.Difference difference : result.differences()) {
            out.printf(
                    "differs: %s %s, hour %s: store has %s, log gives %s%n",
                    difference.series().measure(),
                    difference.series().group(),
                    Instant.ofEpochSecond(difference.hour()),
                    difference.stored().orElse("nothing"),
                    difference.replayed().orElse("nothing"));
        }
        for (StoredDeployment missing : result.missingDeployments()) {
            out.printf(
                    "differs: the store has no deployment of %s %s at %s, and the log has%n",
                    missing.service(),
                    missing.version(),
                    Instant.ofEpochMilli(missing.deployedAtMillis()));
        }
        if (result.isEqual()) {
            out.printf("equal: %,d stored hours, bit for bit%n", result.compared());
        } else {
            out.printf(
                    "different: %,d of %,d stored hours, %,d deployments missing%n",
                    result.different(), result.compared(), result.missingDeployments().size());
        }
    }
}
