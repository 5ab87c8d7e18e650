package io.sluice.engine.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

class SqliteFileTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"3.51.2, -1", "3.51.3, 0", "3.51.10, 1", "3.100.0, 1", "4.0, 1", "3.9.99, -1"})
    void versions_compareByNumber(String version, int sign) {
        assertThat(Integer.signum(SqliteFile.compare(version, SqliteFile.OLDEST_VERSION)))
                .isEqualTo(sign);
    }

    @Test
    void writer_syncsEveryCommitToTheWriteAheadLog() throws SQLException {
        try (Connection writer = file().openForWriting(8192, 1000)) {
            assertThat(pragma(writer, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(writer, "synchronous")).isEqualTo("2"); // FULL
            assertThat(pragma(writer, "page_size")).isEqualTo("8192");
            assertThat(pragma(writer, "wal_autocheckpoint")).isEqualTo("1000");
        }
    }

    @Test
    void reader_cannotWrite() throws SQLException {
        try (Connection writer = file().openForWriting(8192, 1000);
                Statement create = writer.createStatement()) {
            create.execute("CREATE TABLE t (n INTEGER)");
            try (Connection reader = file().openForReading();
                    Statement insert = reader.createStatement()) {
                assertThatThrownBy(() -> insert.execute("INSERT INTO t VALUES (1)"))
                        .isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void reader_ofAFileThatDoesNotExist_fails() {
        assertThatThrownBy(() -> file().openForReading()).isInstanceOf(SQLException.class);
        assertThat(file().path()).doesNotExist();
    }

    private SqliteFile file() {
        return new SqliteFile(folder.resolve("some.db"));
    }

    private static String pragma(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA " + name)) {
            return row.getString(1);
        }
    }
}
