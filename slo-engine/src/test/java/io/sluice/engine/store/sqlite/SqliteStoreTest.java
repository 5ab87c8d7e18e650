package io.sluice.engine.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.files.OwnersFiles;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.sqlite.KilledProcess;
import io.sluice.engine.sqlite.SqliteFile;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreContract;
import io.sluice.engine.store.StoreException;
import io.sluice.engine.store.StoredAlert;
import io.sluice.engine.store.StoredCounter;
import io.sluice.engine.store.StoredDecision;
import io.sluice.engine.store.StoredDeployment;
import io.sluice.engine.store.StoredIncident;
import io.sluice.engine.store.StoredRun;
import io.sluice.engine.store.StoredStep;
import io.sluice.engine.store.StoredStratum;

import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

class SqliteStoreTest extends StoreContract {
    private static final int PAGE = 4096;

    /** The first hour of 1970 but one, however coarsely it is kept. */
    private static final String AT_ONE = "(place >> 32) % (1 << 21) = 1";

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
    void blockThatIsNotWhatWasStored_isToldAndNotRead() throws SQLException {
        SeriesKey key = new SeriesKey("m", "/pay");
        store.commit(
                tx -> {
                    tx.putBlock(new StoredBlock(key, 3600, new byte[] {1, 2}, new byte[] {3}));
                    tx.putBlock(new StoredBlock(key, 7200, new byte[] {4}, null));
                });
        for (String damage :
                List.of(
                        "UPDATE placed_block SET counts = x'0103' WHERE " + AT_ONE,
                        "UPDATE placed_block SET sketches = NULL WHERE " + AT_ONE,
                        "UPDATE placed_block SET counts = x'010203', sketches = x'' WHERE "
                                + AT_ONE,
                        "UPDATE placed_block SET place = place + (2 << 32) WHERE " + AT_ONE,
                        "UPDATE placed_block SET place = place + (1 << 56) WHERE " + AT_ONE,
                        "UPDATE series SET group_name = '/cart'",
                        "UPDATE series SET id = 77")) {
            String before = folder.resolve("before-" + damage.hashCode() + ".db").toString();
            execute("VACUUM INTO '" + before + "'");
            Path copy = Path.of(before);
            execute(copy, damage);
            try (Store damaged = SqliteStore.open(copy)) {
                assertThatThrownBy(() -> damaged.blocks(Long.MIN_VALUE, Long.MAX_VALUE, _ -> {}))
                        .as(damage)
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining(before)
                        .hasMessageContaining("is damaged")
                        .hasMessageContaining("restore the newest backup");
            }
        }
        execute("UPDATE placed_block SET counts = x'0103' WHERE " + AT_ONE);
        assertThatThrownBy(() -> store.block(key, 3600))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("hour 1970-01-01T01:00:00Z of")
                .hasMessageContaining("/pay");
        assertThat(store.block(key, 7200)).isPresent();
    }

    @Test
    void hoursThatBecameCoarser_leaveTheirRoomToOthers() throws IOException {
        byte[] counts = new byte[100];
        for (int hour = 0; hour < 500; hour++) {
            long now = hour * 3600L;
            for (int kilobytes = 5; kilobytes <= 20; kilobytes += 5) {
                byte[] fine = new byte[kilobytes * 1000];
                store.commit(
                        tx -> {
                            for (String group : List.of("/a", "/b", "/c")) {
                                SeriesKey key = new SeriesKey("m", group);
                                tx.putBlock(new StoredBlock(key, now, counts, fine));
                                if (now >= 6 * 3600) {
                                    tx.putBlock(
                                            new StoredBlock(
                                                    key, now - 6 * 3600, counts, new byte[] {3}));
                                }
                            }
                        });
            }
        }
        store.close();

        // Of three series: 500 hours of little more than 100 bytes, and 8 of 20,000.
        assertThat(Files.size(path())).isLessThan(3 * (500 * 150 + 8 * 22_000) + 200_000);
    }

    @Test
    void storeOfAnEarlierVersion_hasTheSameBlocks_andTakesNoMoreRoomThanANewOne()
            throws SQLException {
        store.close();
        SeriesTable table = new SeriesTable();
        SeriesKey key = new SeriesKey("m", "/pay");
        long now = 1_800_000_000;
        Sketch values = new Sketch();
        values.add(80);
        for (int age : List.of(100, 20, 3, 1, 0)) {
            long bucket = now - Duration.ofDays(age).toSeconds() - 7200;
            table.add(key, bucket, 1, 2, 1000, 2000, values, bucket);
        }
        table.compact(now);
        // One sketch, in the first 10 s.
        byte[] plain =
                ByteBuffer.allocate(3 + values.encode().length)
                        .put(new byte[] {0, 1, 0})
                        .put(values.encode())
                        .array();
        List<StoredBlock> blocks =
                table.drainDirty().stream()
                        .map(
                                block ->
                                        block.coarseness() > 0
                                                ? block
                                                : new StoredBlock(
                                                        key, block.hour(), block.counts(), plain))
                        .toList();
        assertThat(blocks)
                .extracting(StoredBlock::coarseness)
                .containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        Path old = folder.resolve("old.db");
        try (Connection connection = new SqliteFile(old).openForWriting(8192, 1000)) {
            DSLContext sql = DSL.using(connection, SQLDialect.SQLITE);
            Migrations.apply(sql, 5);
            sql.execute("INSERT INTO series VALUES (7, 'm', '/pay')");
            for (StoredBlock block : blocks) {
                sql.execute(
                        "INSERT INTO block VALUES (?, 7, ?, ?, ?)",
                        block.hour(),
                        block.counts(),
                        block.sketches(),
                        block.coarseness() == 4 ? null : BlockChecksum.of(block));
            }
            sql.execute("CREATE TABLE large AS SELECT zeroblob(1000000) AS x");
            sql.execute("DROP TABLE large");
        }

        store = SqliteStore.open(old);

        for (StoredBlock block : blocks) {
            StoredBlock read = store.block(key, block.hour()).orElseThrow();
            assertThat(read.counts()).isEqualTo(block.counts());
            assertThat(read.sketches()).isEqualTo(block.sketches());
        }
        assertThat(blocks(Long.MIN_VALUE, Long.MAX_VALUE))
                .extracting(StoredBlock::coarseness)
                .containsExactly(4, 3, 2, 1, 0);
        try (Connection connection = new SqliteFile(old).openForReading()) {
            DSLContext sql = DSL.using(connection, SQLDialect.SQLITE);
            assertThat(sql.fetchValues("SELECT place >> 53 FROM placed_block"))
                    .map(String::valueOf)
                    .containsExactly("0", "1", "2", "3", "4");
            assertThat(sql.fetchValue("PRAGMA freelist_count")).hasToString("0");
        }
    }

    @Test
    void blockOfAnEarlierVersion_hasNoChecksumAndIsRead() throws SQLException {
        SeriesKey key = new SeriesKey("m", "");
        store.commit(tx -> tx.putBlock(new StoredBlock(key, 3600, new byte[] {1}, null)));
        execute("UPDATE placed_block SET checksum = NULL");

        assertThat(blocks(0, Long.MAX_VALUE)).hasSize(1);
        assertThat(store.block(key, 3600)).isPresent();
    }

    /** Of every table but that of blocks: one letter, digit or byte, and whole rows exchanged. */
    @Test
    void rowThatIsNotWhatWasStored_isToldAtAStart() throws SQLException {
        store.commit(SqliteStoreTest::putOneOfEach);
        store.close();
        try (Store whole = open()) {
            readAll(whole);
        }
        for (String damage :
                List.of(
                        "UPDATE meta SET value = 'alue'",
                        "UPDATE meta SET name = 'other'",
                        "UPDATE progress SET position = position + 1",
                        "UPDATE counter SET state = x'0103'",
                        "UPDATE counter SET seen_at_epoch_second = seen_at_epoch_second - 256",
                        "UPDATE alert SET json = '{\"a\":2}'",
                        "UPDATE incident SET began_at_millis = 6",
                        "UPDATE notification SET body = 'Body'",
                        "UPDATE notification SET attempts = 0",
                        "UPDATE run SET ended_at_millis = 7",
                        "UPDATE step SET share = 0.5000000001",
                        "UPDATE stratum SET candidate_bad = 0",
                        "UPDATE stratum SET baseline_values = NULL",
                        "UPDATE decision SET verdict = 'NO_GO'",
                        "UPDATE deployment SET version = 'v2'",
                        "UPDATE deployment SET checksum = checksum + 1")) {
            Path copy = folder.resolve("row-" + damage.hashCode() + ".db");
            execute("VACUUM INTO '" + copy + "'");
            execute(copy, damage);
            assertThatThrownBy(
                            () -> {
                                try (Store damaged = SqliteStore.open(copy)) {
                                    readAll(damaged);
                                }
                            })
                    .as(damage)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(copy.toString())
                    .hasMessageContaining("a row of the table " + damage.split(" ", -1)[1] + " ")
                    .hasMessageContaining("restore the newest backup");
        }
    }

    @Test
    void rowsOfAnEarlierVersion_haveNoChecksumAndAreRead() throws SQLException {
        store.commit(SqliteStoreTest::putOneOfEach);
        for (String table :
                List.of(
                        "meta",
                        "progress",
                        "counter",
                        "alert",
                        "incident",
                        "notification",
                        "run",
                        "step",
                        "stratum",
                        "decision",
                        "deployment")) {
            execute("UPDATE " + table + " SET checksum = NULL");
        }
        store.close();

        store = open();
        readAll(store);
        store.commit(tx -> tx.retryNotification(1, 2, 90));
        assertThat(store.dueNotifications(90, 10).getFirst().attempts()).isEqualTo(2);
    }

    private static void putOneOfEach(Store.Transaction tx) {
        Sketch values = new Sketch();
        values.add(5);
        tx.putAppliedOffset(3);
        tx.putMeta("name", "value");
        tx.putCounter(new StoredCounter("0".repeat(32), new byte[] {1, 2}, 1_000_000));
        tx.putAlert(new StoredAlert("key", "{\"a\":1}"));
        tx.putIncident(new StoredIncident("id", 5, "{}"));
        tx.addNotification("pager", "key", "body", 7);
        tx.retryNotification(1, 1, 8);
        tx.putRun(new StoredRun("c", 1, "r1", "me", 5, 0, "d"));
        tx.putStep(new StoredStep("c", 1, 0, 0.5, 6));
        tx.addStratum(
                new StoredStratum(
                        "c", 1, 0, "m", 10, "g", new StoredStratum.Values(values, values)));
        tx.addStratum(new StoredStratum("c", 1, 0, "m", 20, "g", 1, 10, 1, 10));
        tx.addDecision("c", 1, 0, 9, "GO", "{}", "00");
        tx.putDeployment(new StoredDeployment("shop", "v1", 9, 0));
    }

    /** As a start and whoever asks later do. */
    private static void readAll(Store store) {
        assertThat(store.appliedOffset()).isEqualTo(3);
        assertThat(store.meta("name")).hasValue("value");
        List<StoredCounter> counters = new ArrayList<>();
        store.counters(counters::add);
        assertThat(counters).hasSize(1);
        assertThat(store.strata("c", 1)).hasSize(2);
        assertThat(store.decisions("c", 10)).hasSize(1);
    }

    /** Bits that turn, pages of zeros or noise, and a file that ends too early. */
    @Test
    void damagedFile_isToldOrGivesTheSameBlocks() throws IOException {
        Random random = new Random(20);
        for (int commit = 0; commit < 40; commit++) {
            int hour = commit;
            store.commit(
                    tx -> {
                        for (int i = 0; i < 10; i++) {
                            byte[] counts = new byte[100 + random.nextInt(1500)];
                            random.nextBytes(counts);
                            SeriesKey key = new SeriesKey("measure-" + i, "/group");
                            tx.putBlock(new StoredBlock(key, hour * 3600L, counts, null));
                        }
                    });
        }
        List<String> whole = read(store);
        store.close();
        byte[] bytes = Files.readAllBytes(path());
        int pages = bytes.length / PAGE;
        int told = 0;
        for (int round = 0; round < 150; round++) {
            byte[] damaged = bytes.clone();
            int page = random.nextInt(pages);
            switch (round % 4) {
                case 0 -> damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> Arrays.fill(damaged, page * PAGE, (page + 1) * PAGE, (byte) 0);
                case 2 -> {
                    byte[] noise = new byte[PAGE];
                    random.nextBytes(noise);
                    System.arraycopy(noise, 0, damaged, page * PAGE, PAGE);
                }
                default -> damaged = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1));
            }
            Path copy = Files.write(folder.resolve("damaged-" + round + ".db"), damaged);
            try (Store opened = SqliteStore.open(copy)) {
                assertThat(read(opened)).as("round %d, page %d", round, page).isEqualTo(whole);
            } catch (StoreException e) {
                assertThat(e).hasMessageContaining(copy.toString());
                told++;
            }
        }
        assertThat(told).isGreaterThan(90);
    }

    private static List<String> read(Store store) {
        List<String> blocks = new ArrayList<>();
        store.blocks(
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                block ->
                        blocks.add(
                                block.series()
                                        + " "
                                        + block.hour()
                                        + " "
                                        + Arrays.hashCode(block.counts())));
        Collections.sort(blocks);
        return blocks;
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
        OwnersFiles.assertAllIn(folder);
    }

    private void execute(String sql) throws SQLException {
        execute(path(), sql);
    }

    private static void execute(Path path, String sql) throws SQLException {
        try (Connection connection = new SqliteFile(path).openForWriting(PAGE, 1000);
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
