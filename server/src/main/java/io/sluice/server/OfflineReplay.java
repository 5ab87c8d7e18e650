package io.sluice.server;

import io.sluice.engine.fold.Fold;
import io.sluice.engine.fold.Replay;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;
import io.sluice.engine.store.sqlite.SqliteStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Folds a stopped server's log again, and compares. */
public final class OfflineReplay {
    private OfflineReplay() {}

    /**
     * Replays a data folder that no server uses, into a store of its own beside it, which is
     * removed again.
     *
     * @param progress is told the offset now and then
     * @throws IOException if the folder is no data folder, is in use, or cannot be read
     */
    public static Replay.Result run(Path data, LongConsumer progress) throws IOException {
        if (!DataFolder.isOne(data)) {
            throw new IOException(data + " is not the data folder of a Sluice");
        }
        Path scratch = Files.createTempDirectory(data, "replay-");
        try (DataFolder folder = DataFolder.open(data);
                Store existing = folder.openStore();
                IngestLog log = folder.openLog();
                Store fresh = SqliteStore.open(scratch.resolve("replayed.db"))) {
            return new Replay(
                            log,
                            existing,
                            fresh,
                            Sluice.extractors(),
                            new LoggedDefinitions(Optional.empty()),
                            Fold.Limits.DEFAULT)
                    .run(progress);
        } catch (StoreException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            remove(scratch);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
