package io.sluice.engine.store.sqlite;

import io.sluice.engine.sqlite.SqliteFile;
import io.sluice.engine.store.StoreException;

import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Brings a database to the schema of this version, script by script, each in a transaction with its
 * number. A script that was released is never changed.
 */
final class Migrations {
    /** In order; the place in the list, from 1, is the schema's version. */
    static final List<String> SCRIPTS =
            List.of(
                    "V001__store.sql",
                    "V002__incidents.sql",
                    "V003__stratum_values.sql",
                    "V004__block_checksums.sql",
                    "V005__row_checksums.sql",
                    "V006__placed_blocks.sql");

    private static final int PLACED_BLOCKS = 6;

    private Migrations() {}

    /**
     * Applies what is missing.
     *
     * @throws StoreException if the database was written by a newer version of Sluice
     */
    static void apply(DSLContext database) {
        apply(database, SCRIPTS.size());
    }

    /** As far as a version. */
    static void apply(DSLContext database, int last) {
        database.execute(
                "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)");
        int version =
                database.fetchOptional("SELECT max(version) FROM schema_version")
                        .map(row -> row.get(0, Integer.class))
                        .orElse(0);
        if (version > SCRIPTS.size()) {
            throw new StoreException(
                    "the store has schema version "
                            + version
                            + ", and this Sluice knows versions up to "
                            + SCRIPTS.size()
                            + ": start the Sluice that wrote it, or a newer one");
        }
        for (int next = version + 1; next <= last; next++) {
            run(database, next);
        }
        if (version > 0 && version < PLACED_BLOCKS) {
            giveBack(database);
        }
    }

    /** What blocks took before may be ten times what they take now. */
    private static void giveBack(DSLContext database) {
        try {
            database.execute("VACUUM");
        } catch (DataAccessException e) {
            // Without enough room for a copy, the file stays as large as it is and is filled again.
            if (SqliteFile.isDamage(e)) {
                throw e;
            }
        }
    }

    private static void run(DSLContext database, int version) {
        database.transaction(
                transaction -> {
                    DSLContext inside = DSL.using(transaction);
                    statements(SCRIPTS.get(version - 1)).forEach(inside::execute);
                    inside.execute("INSERT INTO schema_version (version) VALUES (" + version + ")");
                });
    }

    /** Statements end with a semicolon at the end of a line. */
    private static List<String> statements(String script) {
        return Arrays.stream(read(script).split(";\\R", -1))
                .filter(statement -> !statement.isBlank())
                .toList();
    }

    private static String read(String script) {
        try (InputStream in = Migrations.class.getResourceAsStream("migrations/" + script)) {
            if (in == null) {
                throw new IllegalStateException(
                        "the migration " + script + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the migration " + script, e);
        }
    }
}
