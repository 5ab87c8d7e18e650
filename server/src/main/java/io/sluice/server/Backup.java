package io.sluice.server;

import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.file.FileIngestLog;
import io.sluice.engine.sqlite.SqliteFile;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;

/**
 * Copies data folders, also while a server works in them.
 *
 * <p>The store is copied first and the log after it. So the log has every record that the store has
 * counted, and those after it are counted when a server starts: a copy is what a server that was
 * killed then would have left behind.
 */
public final class Backup {
    private Backup() {}

    /**
     * What a copy holds.
     *
     * @param firstOffset the oldest record of its log
     * @param lastOffset the newest; one less than the first if the log is empty
     * @param appliedOffset up to where its store has counted
     * @param bytes of all files
     */
    public record Contents(long firstOffset, long lastOffset, long appliedOffset, long bytes) {}

    /**
     * Copies a data folder, and checks the copy. A copy that failed is incomplete and never
     * restored: its store is missing or the check says so again.
     *
     * @param backup a folder that is empty or does not exist
     * @throws IOException if {@code data} is no data folder, or the copy cannot be made or is not
     *     whole
     */
    public static Contents take(Path data, Path backup) throws IOException {
        if (!DataFolder.isOne(data)) {
            throw new IOException(data + " is not the data folder of a Sluice");
        }
        requireEmpty(backup);
        try {
            Files.createDirectories(backup);
            copy(DataFolder.store(data), DataFolder.store(backup));
            FileIngestLog.copy(DataFolder.log(data), DataFolder.log(backup));
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
        return check(backup);
    }

    /**
     * Checks a copy, and makes a data folder of it.
     *
     * @param data a folder that is empty or does not exist
     * @throws IOException if the copy is not whole, or cannot be copied
     */
    public static Contents restore(Path backup, Path data) throws IOException {
        Contents contents = check(backup);
        requireEmpty(data);
        try {
            FileIngestLog.copy(DataFolder.log(backup), DataFolder.log(data));
            // The store is last: without it, this is no data folder.
            copy(DataFolder.store(backup), DataFolder.store(data));
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
        return contents;
    }

    /**
     * Reads everything and checks that it is well-formed and belongs together.
     *
     * @param folder a copy, or the data folder of a stopped server
     * @throws IOException if not
     */
    public static Contents check(Path folder) throws IOException {
        if (!DataFolder.isOne(folder)) {
            throw new IOException(folder + " holds no backup");
        }
        try {
            new SqliteFile(DataFolder.store(folder)).requireIntact();
            return contents(folder);
        } catch (SQLException | StoreException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Contents contents(Path folder) throws IOException {
        try (DataFolder open = DataFolder.open(folder);
                Store store = open.openStore();
                IngestLog log = open.openLog()) {
            DataFolder.requireTogether(folder, store, log);
            // Each record is what was written, or this says which one is not.
            log.read(log.firstOffset(), _ -> true);
            return new Contents(
                    log.firstOffset(),
                    log.nextOffset() - 1,
                    store.appliedOffset(),
                    Files.size(DataFolder.store(folder)) + log.sizeBytes());
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw new IOException(folder + " is not empty; name a folder that is, or none");
                }
            }
        }
    }

    private static void copy(Path file, Path copy) throws SQLException {
        new SqliteFile(file).copyTo(new SqliteFile(copy));
    }
}
