package io.sluice.engine.store.sqlite;

import io.sluice.engine.store.StoreException;

import org.jooq.DSLContext;
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
                    "V005__row_checksums.sql");

    private Migrations() {}

    /**
     * Applies what is missing.
     *
     * @throws StoreException if the database was written by a newer version of Sluice
     */
    static void apply(DSLContext database) {
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
        for (int next = version + 1; next <= SCRIPTS.size(); next++) {
            apply(database, next);
        }
    }

    private static void apply(DSLContext database, int version) {
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
