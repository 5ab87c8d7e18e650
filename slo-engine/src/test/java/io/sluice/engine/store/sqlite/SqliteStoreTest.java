package io.sluice.engine.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.sqlite.KilledProcess;
import io.sluice.engine.sqlite.SqliteFile;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreContract;
import io.sluice.engine.store.StoreException;
import io.sluice.engine.store.StoredDecision;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;

class SqliteStoreTest extends StoreContract {
    @TempDir Path folder;

    @Override
    protected Store open() {
        return SqliteStore.open(path());
    }

    private Path path() {
        return folder.resolve("store.db");
    }

    @Test
    void reopenedStore_hasEverything() {
        store.commit(
                tx -> {
                    tx.putAppliedOffset(42);
                    tx.addDecision("c", 1, 0, 1, "GO", "{}", "00");
                });
        store.close();

        store = open();

        assertThat(store.appliedOffset()).isEqualTo(42);
        store.commit(tx -> tx.addDecision("c", 1, 0, 2, "HOLD", "{}", "00"));
        assertThat(store.decisions("c", 10))
                .extracting(StoredDecision::id)
                .containsExactly("ev_00000002", "ev_00000001");
    }

    @Test
    void storeOfANewerVersion_isRefusedInOneSentence() throws SQLException {
        store.close();
        execute("INSERT INTO schema_version (version) VALUES (99)");

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("schema version 99")
                .hasMessageContaining("versions up to " + Migrations.SCRIPTS.size());
    }

    @Test
    void fileThatIsNoDatabase_isRefused() throws IOException {
        Path text =
                Files.writeString(
                        folder.resolve("text.db"),
                        "this is no database, and long enough to be one".repeat(20));

        assertThatThrownBy(() -> SqliteStore.open(text))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("text.db");
    }

    @Test
    void commitThatCannotBeWritten_failsAndTheNextSucceeds() throws SQLException {
        try (Connection other = new SqliteFile(path()).openForWriting(8192, 1000);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> store.commit(tx -> tx.putAppliedOffset(1)))
                    .isInstanceOf(StoreException.class);
            statement.execute("ROLLBACK");
        }
        assertThat(store.appliedOffset()).isZero();

        store.commit(tx -> tx.putAppliedOffset(2));
        assertThat(store.appliedOffset()).isEqualTo(2);
    }

    @Test
    void everyMigrationInTheFolder_isApplied() throws IOException, URISyntaxException {
        Path migrations = Path.of(Migrations.class.getResource("migrations").toURI());
        try (Stream<Path> files = Files.list(migrations)) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted())
                    .containsExactlyElementsOf(Migrations.SCRIPTS);
        }
    }

    @Test
    void filesOfTheStore_areTheOwnersOnly() throws IOException {
        store.commit(tx -> tx.putAppliedOffset(1));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.toList())
                    .hasSizeGreaterThan(1)
                    .allSatisfy(
                            file ->
                                    assertThat(
                                                    PosixFilePermissions.toString(
                                                            Files.getPosixFilePermissions(file)))
                                            .isEqualTo("rw-------"));
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = new SqliteFile(path()).openForWriting(8192, 1000);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void killedProcess_leavesWholeTransactions() throws IOException {
        store.close();
        long acknowledged = 0;
        for (int run = 1; run <= 2; run++) {
            acknowledged = KilledProcess.run(Committer.class, path(), acknowledged + 20);
            store = open();
            long applied = store.appliedOffset();
            assertThat(applied).isGreaterThanOrEqualTo(acknowledged);
            assertThat(store.meta("applied")).hasValue(Long.toString(applied));
            assertThat(blocks(0, Long.MAX_VALUE)).hasSize((int) applied);
            store.close();
        }
    }

    /** Commits for ever, and prints each offset once it is on disk. */
    static final class Committer {
        public static void main(String[] args) {
            PrintStream out = new PrintStream(System.out, true);
            try (Store store = SqliteStore.open(Path.of(args[0]))) {
                for (long next = store.appliedOffset() + 1; ; next++) {
                    long offset = next;
                    store.commit(
                            tx -> {
                                tx.putAppliedOffset(offset);
                                tx.putMeta("applied", Long.toString(offset));
                                tx.putBlock(
                                        new StoredBlock(
                                                new SeriesKey("m", ""),
                                                offset * 3600,
                                                new byte[100],
                                                null));
                            });
                    out.println(offset);
                }
            }
        }
    }
}
