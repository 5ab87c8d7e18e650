package io.sluice.engine.sqlite;

import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/**
 * One SQLite database file, readable by its owner only, in WAL mode: one connection writes, any
 * number read beside it. Thread-safe; connections are not.
 */
public final class SqliteFile {
    /**
     * Older ones may lose committed data when a checkpoint and a new writer meet ("WAL-reset bug").
     */
    static final String OLDEST_VERSION = "3.51.3";

    /** Nobody else writes; what a reader or a checkpoint holds, it holds for less than this. */
    private static final int BUSY_TIMEOUT_MILLIS = 1000;

    /** How large the write-ahead log may stay after a checkpoint. */
    private static final int JOURNAL_SIZE_LIMIT = 64 << 20;

    private final Path path;

    /** A file that may not exist yet. */
    public SqliteFile(Path path) {
        this.path = path;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /**
     * Opens the one connection that writes; creates the file if it does not exist. What it commits
     * is on disk: it survives the loss of power.
     *
     * @param pageSize of a new file, in bytes
     * @param checkpointPages how many pages the write-ahead log grows to before they are copied
     *     into the file
     */
    public Connection openForWriting(int pageSize, int checkpointPages) throws SQLException {
        createPrivate();
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        Connection connection = config.createConnection(url());
        try (Statement statement = connection.createStatement()) {
            requireVersion(statement);
            // In this order: the page size of a database in WAL mode can no longer be chosen.
            statement.execute("PRAGMA page_size = " + pageSize);
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA wal_autocheckpoint = " + checkpointPages);
            statement.execute("PRAGMA journal_size_limit = " + JOURNAL_SIZE_LIMIT);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Opens a connection that cannot write; fails if the file does not exist. */
    public Connection openForReading() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        // Not opened read-only: the last connection of a WAL database tidies up beside it.
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        Connection connection = config.createConnection(url());
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = 1");
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private String url() {
        return "jdbc:sqlite:" + path.toAbsolutePath();
    }

    /** SQLite gives its side files the same permissions. */
    private void createPrivate() throws SQLException {
        FileAttribute<?>[] ownerOnly =
                path.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try {
            Files.createFile(path, ownerOnly);
        } catch (FileAlreadyExistsException e) {
            // It is opened as it is.
        } catch (IOException e) {
            throw new SQLException("cannot create " + path + ": " + e, e);
        }
    }

    private static void requireVersion(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery("SELECT sqlite_version()")) {
            String version = result.getString(1);
            if (compare(version, OLDEST_VERSION) < 0) {
                throw new SQLException(
                        "SQLite is "
                                + version
                                + ", expected "
                                + OLDEST_VERSION
                                + " or newer: older ones can lose committed data in WAL mode");
            }
        }
    }

    static int compare(String version, String other) {
        return Arrays.compare(numbers(version), numbers(other));
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
    }
}
