package io.sluice.engine.log.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.IngestLogContract;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.sqlite.KilledProcess;
import io.sluice.engine.sqlite.SqliteFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

class SqliteIngestLogTest extends IngestLogContract {
    private static final long SEGMENT_BYTES = 8 << 10;

    @TempDir Path folder;

    @Override
    protected IngestLog open() throws IOException {
        return SqliteIngestLog.open(folder, SEGMENT_BYTES);
    }

    @Test
    void reopenedLog_goesOnWhereItWas() throws IOException {
        appendUpTo(60);
        assertThat(segments()).hasSizeGreaterThan(2);
        log.close();

        log = open();

        assertThat(log.nextOffset()).isEqualTo(61);
        assertThat(log.append(List.of(entry(61), entry(62)))).isEqualTo(61);
        assertThat(readFrom(1)).hasSize(62);
        requireWhole(readFrom(1));
        assertThat(log.find(30)).isPresent();
    }

    @Test
    void reopenedLog_knowsWhatRetentionMayRemove() throws IOException {
        appendUpTo(60);
        log.close();
        log = open();

        assertThat(log.retain(Long.MAX_VALUE, Long.MAX_VALUE, 40)).isPositive();
        long first = log.firstOffset();
        log.close();
        log = open();

        assertThat(log.firstOffset()).isEqualTo(first).isBetween(2L, 40L);
        assertThat(log.retain(0, Long.MAX_VALUE, 61)).isZero();
    }

    @Test
    void segmentBegunWhenTheProcessWasKilled_isUsed() throws IOException {
        log.append(List.of(entry(1)));
        log.close();
        Files.createFile(folder.resolve("segment-0000000000000000002.db"));

        log = open();

        assertThat(log.append(List.of(entry(2)))).isEqualTo(2);
        requireWhole(readFrom(1));
        assertThat(readFrom(1)).hasSize(2);
    }

    @Test
    void appendThatCannotBeWritten_leavesNothingAndTheNextSucceeds() throws Exception {
        log.append(List.of(entry(1)));
        try (Connection other = new SqliteFile(segments().getFirst()).openForWriting(16384, 1000);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> log.append(List.of(entry(2), entry(3))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot append to the ingest log");
            statement.execute("ROLLBACK");
        }
        assertThat(log.nextOffset()).isEqualTo(2);

        assertThat(log.append(List.of(entry(2)))).isEqualTo(2);
        assertThat(readFrom(1)).hasSize(2);
        requireWhole(readFrom(1));
    }

    @Test
    void fullDisk_failsTheBatchAsAWhole() throws Exception {
        try (SegmentWriter writer = SegmentWriter.open(new Segment(folder, 1))) {
            writer.append(List.of(entry(1)));
            writer.limitPages(8);

            assertThatThrownBy(
                            () ->
                                    writer.append(
                                            LongStream.range(2, 200)
                                                    .mapToObj(IngestLogContract::entry)
                                                    .toList()))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("full");
        }
        log.close();
        log = open();

        assertThat(readFrom(1)).hasSize(1);
        assertThat(log.append(List.of(entry(2)))).isEqualTo(2);
        requireWhole(readFrom(1));
    }

    @Test
    void segmentOfAnotherFormat_isRefused() throws Exception {
        log.close();
        try (Connection other = new SqliteFile(segments().getFirst()).openForWriting(16384, 1000);
                Statement statement = other.createStatement()) {
            statement.execute("PRAGMA user_version = 7");
        }

        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 7, expected 2");
    }

    @Test
    void filesOfTheLog_areTheOwnersOnly() throws IOException {
        log.append(List.of(entry(1)));

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

    @Test
    void killedProcess_losesNothingThatItAcknowledged() throws Exception {
        log.close();
        long acknowledged = 0;
        for (int run = 1; run <= 3; run++) {
            acknowledged = KilledProcess.run(Appender.class, folder, acknowledged + 40);
            log = open();
            assertThat(log.nextOffset()).isGreaterThan(acknowledged);
            List<LogRecord> records = readFrom(1);
            assertThat(records).hasSize((int) log.nextOffset() - 1);
            requireWhole(records);
            log.close();
        }
    }

    /** Appends for ever, and prints the offset of each record once it is on disk. */
    static final class Appender {
        public static void main(String[] args) throws IOException {
            PrintStream out = new PrintStream(System.out, true);
            try (IngestLog log = SqliteIngestLog.open(Path.of(args[0]), SEGMENT_BYTES)) {
                while (true) {
                    long first = log.nextOffset();
                    log.append(List.of(entry(first), entry(first + 1), entry(first + 2)));
                    out.println(first + 2);
                }
            }
        }
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".db")).sorted().toList();
        }
    }
}
