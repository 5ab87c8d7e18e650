package io.sluice.server;

import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.file.FileIngestLog;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.sqlite.SqliteStore;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The folder that holds a server's store and ingest log, for one process at a time: while this is
 * open, nobody else can open it. A killed process leaves no lock behind.
 */
final class DataFolder implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(DataFolder.class);

    private static final String STORE = "sluice.db";
    private static final String LOG = "log";

    /** Holds the number of the process that has the lock, for people. */
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel channel;
    private final FileStore disk;

    private DataFolder(Path path, FileChannel channel, FileStore disk) {
        this.path = path;
        this.disk = disk;
        this.channel = channel;
    }

    /**
     * Opens a folder, and makes it if it is missing.
     *
     * @throws IOException if another process has it open, or it cannot be made
     */
    static DataFolder open(Path path) throws IOException {
        Files.createDirectories(path);
        Path file = path.resolve(LOCK);
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            if (!isLocked(channel)) {
                throw new IOException(
                        "it is in use by another Sluice (process "
                                + Files.readString(file).strip()
                                + "): stop that one, or choose another folder with --data");
            }
            tellWho(channel);
            return new DataFolder(path, channel, Files.getFileStore(path));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * The lock is what counts; its text is for people, and a full disk must not prevent a start.
     */
    private static void tellWho(FileChannel channel) {
        try {
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(
                            (ProcessHandle.current().pid() + "\n")
                                    .getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            LOGGER.warn("the lock file cannot say which process has it", e);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }

    /** Whether a server has ever written here. */
    static boolean isOne(Path path) {
        return Files.isRegularFile(store(path)) && Files.isDirectory(log(path));
    }

    /** The store's file in a folder, whether or not it exists. */
    static Path store(Path folder) {
        return folder.resolve(STORE);
    }

    /** Where the ingest log is in a folder, whether or not it exists. */
    static Path log(Path folder) {
        return folder.resolve(LOG);
    }

    /**
     * Opens the store; the caller closes it.
     *
     * @throws IOException if it was emptied: it is made before the log is, and is never empty then
     */
    Store openStore() throws IOException {
        Path store = store(path);
        if (Files.exists(store) && Files.size(store) == 0 && Files.isDirectory(log(path))) {
            throw new IOException(
                    ("the store %s is empty, and there is an ingest log: restore the newest backup,"
                                    + " or remove the file and start, which counts again what the log still has")
                            .formatted(store));
        }
        return SqliteStore.open(store);
    }

    /**
     * Makes sure that a log has what its store has not counted yet, and all that it has counted
     * last.
     *
     * @throws IOException if one of the two is from another time or place
     */
    static void requireTogether(Path folder, Store store, IngestLog log) throws IOException {
        long first = log.firstOffset();
        long next = log.nextOffset();
        long applied = store.appliedOffset();
        // A store that has counted nothing is a new one: it counts what there is.
        if (applied >= next || (applied > 0 && first > applied + 1)) {
            throw new IOException(
                    "%s does not belong together: the store has counted up to offset %d, the log holds %d to %d; restore the newest backup"
                            .formatted(folder, applied, first, next - 1));
        }
    }

    /** Opens the ingest log; the caller closes it. */
    IngestLog openLog() throws IOException {
        return FileIngestLog.open(log(path), FileIngestLog.DEFAULT_SEGMENT_BYTES);
    }

    /** How much may still be written on the folder's disk; as much as one likes if nobody knows. */
    long usableBytes() {
        try {
            return disk.getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Lets others open the folder. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
