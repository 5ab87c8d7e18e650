package io.sluice.engine.sqlite;

import io.sluice.engine.files.OwnerOnly;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.SQLiteOpenMode;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
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

    /** The bits of a result code that say what kind it is. */
    private static final int PRIMARY_CODE = 0xFF;

    private final Path path;

    /** A file that may not exist yet. */
    public SqliteFile(Path path) {
        this.path = path;
    }

    /**
     * Unpacks and loads SQLite's native library, which the first connection would do otherwise: a
     * process that has to do something else first lets another thread do this meanwhile. Where it
     * fails, the first connection says why.
     */
    public static void loadLibrary() {
        try {
            SQLiteJDBCLoader.initialize();
        } catch (Exception e) {
            // As above; it is declared so by the driver.
        }
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
        // Nobody asks for them, and the driver would query for them after every row that is put.
        config.setGetGeneratedKeys(false);
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

    /**
     * Writes what is committed now into another file, which must not exist, while others go on
     * reading and writing this one, in this process or another. What they commit meanwhile is not
     * in it. It is on disk on return.
     *
     * @throws SQLException if this file does not exist, or the other cannot be written
     */
    public void copyTo(SqliteFile copy) throws SQLException {
        copy.createNew();
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        try (Connection connection = config.createConnection(url());
                PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
            vacuum.setString(1, copy.path.toAbsolutePath().toString());
            vacuum.execute();
        }
        try (FileChannel channel = FileChannel.open(copy.path, StandardOpenOption.WRITE)) {
            channel.force(true);
        } catch (IOException e) {
            throw new SQLException("cannot sync " + copy.path + ": " + e, e);
        }
    }

    /**
     * Reads the whole file and checks that it is well-formed, indexes included.
     *
     * @throws SQLException if it is not, or cannot be read; its message says what is wrong
     */
    public void requireIntact() throws SQLException {
        try (Connection connection = openForReading();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA integrity_check(1)")) {
            String found = result.getString(1);
            if (!found.equals("ok")) {
                throw new SQLException(path + " is damaged: " + found);
            }
        }
    }

    /** Whether SQLite says that a file's content is not what it wrote, or no database at all. */
    public static boolean isDamage(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException e) {
                int code = e.getResultCode().code & PRIMARY_CODE;
                return code == SQLiteErrorCode.SQLITE_CORRUPT.code
                        || code == SQLiteErrorCode.SQLITE_NOTADB.code;
            }
        }
        return false;
    }

    private String url() {
        return "jdbc:sqlite:" + path.toAbsolutePath();
    }

    private void createNew() throws SQLException {
        if (Files.exists(path)) {
            throw new SQLException(path + " exists already");
        }
        createPrivate();
    }

    /** SQLite gives its side files the same permissions. */
    private void createPrivate() throws SQLException {
        try {
            OwnerOnly.create(path);
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
