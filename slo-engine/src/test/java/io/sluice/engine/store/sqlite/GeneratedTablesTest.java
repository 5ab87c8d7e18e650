package io.sluice.engine.store.sqlite;

import static io.sluice.engine.store.sqlite.tables.Tables.META;

import static org.assertj.core.api.Assertions.assertThat;

import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Generated tables and the migrations they came from agree with a real SQLite. */
final class GeneratedTablesTest {
    @Test
    void metaTable_readsWhatWasWritten() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            connection.createStatement().executeUpdate(migration("V001__store.sql"));
            var sql = DSL.using(connection, SQLDialect.SQLITE);

            sql.insertInto(META, META.NAME, META.VALUE).values("created", "now").execute();

            assertThat(sql.selectFrom(META).fetchOne(META.VALUE)).isEqualTo("now");
        }
    }

    private static String migration(String name) {
        try (var in =
                GeneratedTablesTest.class.getResourceAsStream(
                        "/io/sluice/engine/store/sqlite/migrations/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
