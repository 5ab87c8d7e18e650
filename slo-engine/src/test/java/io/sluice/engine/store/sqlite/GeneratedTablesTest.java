package io.sluice.engine.store.sqlite;

import static io.sluice.engine.store.sqlite.tables.Tables.META;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.store.sqlite.tables.DefaultSchema;

import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

import java.sql.DriverManager;
import java.sql.SQLException;

/** Generated tables and the migrations they came from agree with a real SQLite. */
final class GeneratedTablesTest {
    @Test
    void everyTable_isThereWithAllItsColumns_andReadsWhatWasWritten() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            var sql = DSL.using(connection, SQLDialect.SQLITE);
            Migrations.apply(sql);
            for (Table<?> table : DefaultSchema.DEFAULT_SCHEMA.getTables()) {
                assertThat(sql.selectFrom(table).fetch()).isEmpty();
            }

            sql.insertInto(META, META.NAME, META.VALUE).values("created", "now").execute();

            assertThat(sql.selectFrom(META).fetchOne(META.VALUE)).isEqualTo("now");
        }
    }
}
