package io.sluice.engine.log.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.files.OwnersFiles;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.IngestLogContract;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogIndex;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.log.TraceFilter;
import io.sluice.engine.sqlite.KilledProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

class FileIngestLogTest extends IngestLogContract {
    private static final long SEGMENT_BYTES = 8 << 10;

    @TempDir Path folder;

    @Override
    protected IngestLog open() throws IOException {
        return FileIngestLog.open(folder, SEGMENT_BYTES);
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
    void lostIndex_isMadeAnew() throws IOException {
        TraceFilter.Builder ids = new TraceFilter.Builder();
        ids.add(new byte[TraceFilter.ID_BYTES], 0);
        LogIndex index = new LogIndex(7, 9, ids.build());
        log.append(List.of(entry(1), entry(2).withIndex(index)));
        for (long next = 3; next <= 60; next++) {
            log.append(List.of(entry(next)));
        }
        log.close();
        for (Path file : files(".index")) {
            Files.delete(file);
        }

        log = open();

        requireWhole(readFrom(1));
        assertThat(readFrom(1)).hasSize(60);
        assertThat(log.append(List.of(entry(61)))).isEqualTo(61);
        List<LogRecord> found = new ArrayList<>();
        log.search(1, 62, wanted -> wanted.equals(index), found::add);
        assertThat(found).extracting(LogRecord::offset).containsExactly(2L);
    }

    @Test
    void damagedIndex_saysHowItIsMadeAnew_orIsFoundAtTheNextStart() throws IOException {
        appendUpTo(5);
        flip(files(".index").getFirst(), 100);

        assertThatThrownBy(() -> readFrom(1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("segment-0000000000000000001.index is not what was written")
                .hasMessageContaining("remove the file and start again");
        log.close();
        log = open();

        assertThat(readFrom(1)).hasSize(5);
        requireWhole(readFrom(1));
    }

    @Test
    void manyRecordsInOneFile_areFoundAtOnce() throws IOException {
        log.close();
        log = FileIngestLog.open(folder, Long.MAX_VALUE);
        appendUpTo(1000);

        for (long offset : new long[] {1, 256, 257, 512, 513, 1000}) {
            List<LogRecord> found = new ArrayList<>();
            log.read(
                    offset,
                    record -> {
                        found.add(record);
                        return false;
                    });
            assertThat(found).extracting(LogRecord::offset).containsExactly(offset);
            requireWhole(found);
        }
        assertThat(readFrom(300)).hasSize(701);
    }

    /** As if the process had been killed, or the power lost, anywhere in the last append. */
    @Test
    void fileThatEndsAnywhereInABatch_hasTheBatchesBefore() throws IOException {
        log.append(List.of(entry(1), entry(2)));
        long before = log.sizeBytes() - indexBytes();
        log.append(List.of(entry(3), entry(4)));
        long after = log.sizeBytes() - indexBytes();
        log.close();
        byte[] whole = Files.readAllBytes(segments().getFirst());
        assertThat(whole).hasSize((int) after);
        byte[] index = Files.readAllBytes(files(".index").getFirst());

        for (int length = (int) before; length <= whole.length; length += 97) {
            Files.write(segments().getFirst(), Arrays.copyOf(whole, length));
            // What was not synced yet has no entry.
            Files.write(files(".index").getFirst(), Arrays.copyOf(index, index.length / 2));
            log = open();
            assertThat(readFrom(1)).as("of %d bytes", length).hasSize(2);
            assertThat(log.append(List.of(entry(3)))).isEqualTo(3);
            requireWhole(readFrom(1));
            log.close();
        }
        Files.write(segments().getFirst(), whole);
        Files.write(files(".index").getFirst(), Arrays.copyOf(index, index.length / 2 + 1));
        log = open();
        assertThat(readFrom(1)).hasSize(4);
        requireWhole(readFrom(1));
    }

    @Test
    void anyByteThatIsAnother_isToldOrChangesNothing() throws IOException {
        log.append(List.of(entry(1), entry(2)));
        log.append(List.of(entry(3)));
        log.close();
        Path segment = segments().getFirst();
        long length = Files.size(segment);

        for (long at = 0; at < length; at++) {
            flip(segment, at);
            String told = "";
            try (IngestLog damaged = open()) {
                damaged.read(1, _ -> true);
            } catch (IOException e) {
                told = e.getMessage();
            }
            assertThat(told).as("byte %d", at).contains(segment.getFileName().toString());
            flip(segment, at);
        }
        log = open();
        assertThat(readFrom(1)).hasSize(3);
        requireWhole(readFrom(1));
    }

    @Test
    void missingFile_isTold() throws IOException {
        appendUpTo(60);
        log.close();
        Files.delete(segments().get(1));
        log = open();

        assertThatThrownBy(() -> readFrom(1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("are missing in")
                .hasMessageContaining(segments().getFirst().toString());
    }

    @Test
    void segmentBegunWhenTheProcessWasKilled_isUsed() throws IOException {
        log.append(List.of(entry(1)));
        log.close();
        Files.createFile(folder.resolve("segment-0000000000000000002.log"));

        log = open();

        assertThat(log.append(List.of(entry(2)))).isEqualTo(2);
        requireWhole(readFrom(1));
        assertThat(readFrom(1)).hasSize(2);
        log.close();
        log = open();
        assertThat(readFrom(1)).hasSize(2);
    }

    @Test
    void segmentOfAnotherFormat_isRefused() throws Exception {
        log.append(List.of(entry(1)));
        log.close();
        Path segment = segments().getFirst();
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(Long.BYTES - 1);
            file.write(7);
        }

        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(segment.toString())
                .hasMessageContaining("format 7, expected 1: a newer Sluice wrote it");
    }

    @Test
    void otherFiles_areRefused() throws Exception {
        Files.writeString(folder.resolve("segment-0000000000000000001.log"), "something else");

        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a segment of an ingest log");
    }

    @Test
    void fullDisk_failsTheBatchAsAWhole_andTheNextSucceedsOnceThereIsRoom() throws IOException {
        log.close();
        FaultyDisk disk = new FaultyDisk();
        log = FileIngestLog.open(folder, 1 << 20, disk);
        log.append(List.of(entry(1)));
        long size = log.sizeBytes();
        List<LogEntry> many = LongStream.range(2, 2000).mapToObj(IngestLogContract::entry).toList();

        for (long bytes : new long[] {0, 1, 4096, 700_000}) {
            disk.fillUpAfter(bytes, ".log");
            assertThatThrownBy(() -> log.append(many))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left on device");
            assertThat(log.nextOffset()).isEqualTo(2);
            assertThat(log.sizeBytes()).isEqualTo(size);
            assertThat(readFrom(1)).hasSize(1);
        }
        disk.fillUpAfter(Long.MAX_VALUE, "");
        assertThat(log.append(List.of(entry(2), entry(3)))).isEqualTo(2);
        disk.failSyncs(true);
        assertThatThrownBy(() -> log.append(List.of(entry(4), entry(5))))
                .hasMessageContaining("Input/output error");
        disk.failSyncs(false);
        assertThat(log.append(List.of(entry(4)))).isEqualTo(4);

        requireWhole(readFrom(1));
        log.close();
        log = open();
        assertThat(readFrom(1)).hasSize(4);
        requireWhole(readFrom(1));
    }

    @Test
    void fullDiskOfTheIndex_failsTheBatchAsAWhole() throws IOException {
        log.close();
        FaultyDisk disk = new FaultyDisk();
        log = FileIngestLog.open(folder, 1 << 20, disk);
        log.append(List.of(entry(1)));
        disk.fillUpAfter(20, ".index");

        assertThatThrownBy(() -> log.append(List.of(entry(2), entry(3))))
                .hasMessageContaining("No space left on device");

        assertThat(readFrom(1)).hasSize(1);
        disk.fillUpAfter(Long.MAX_VALUE, "");
        assertThat(log.append(List.of(entry(2)))).isEqualTo(2);
        log.close();
        log = open();
        assertThat(readFrom(1)).hasSize(2);
        requireWhole(readFrom(1));
    }

    /** Neither of the two files is whole then, and they need not be of the same moment. */
    @Test
    void lossOfPower_losesNothingThatWasAcknowledged() throws IOException {
        log.close();
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Path files = Files.createDirectory(folder.resolve("disk-" + seed));
            long acknowledged = 0;
            for (int loss = 0; loss < 3; loss++) {
                FaultyDisk disk = new FaultyDisk();
                IngestLog written = FileIngestLog.open(files, SEGMENT_BYTES, disk);
                for (int batch = random.nextInt(12); batch > 0; batch--) {
                    acknowledged = appendSome(written, random.nextInt(1, 5));
                }
                if (random.nextBoolean()) {
                    disk.failSyncs(true);
                    int batch = random.nextInt(1, 5);
                    assertThatThrownBy(() -> appendSome(written, batch))
                            .isInstanceOf(IOException.class);
                }
                disk.losePower(random);
                log = FileIngestLog.open(files, SEGMENT_BYTES);
                List<LogRecord> left = readFrom(1);
                requireWhole(left);
                assertThat(left)
                        .as("seed %d", seed)
                        .hasSizeGreaterThanOrEqualTo((int) acknowledged)
                        .hasSize((int) log.nextOffset() - 1);
                acknowledged = left.size();
                log.close();
            }
        }
    }

    /** Returns the last offset. */
    private static long appendSome(IngestLog log, int records) throws IOException {
        long next = log.nextOffset();
        List<LogEntry> batch =
                LongStream.range(next, next + records).mapToObj(IngestLogContract::entry).toList();
        assertThat(log.append(batch)).isEqualTo(next);
        return next + records - 1;
    }

    @Test
    void interruptedThread_appendsAndReads() throws IOException {
        Thread.currentThread().interrupt();
        log.append(List.of(entry(1), entry(2)));

        assertThat(readFrom(1)).hasSize(2);
        assertThat(Thread.interrupted()).isTrue();
        log.append(List.of(entry(3)));
        requireWhole(readFrom(1));
    }

    @Test
    void filesOfTheLog_areTheOwnersOnly() throws IOException {
        log.append(List.of(entry(1)));

        OwnersFiles.assertAllIn(folder);
    }

    @Test
    void copy_hasWhatWasThere(@TempDir Path other) throws IOException {
        appendUpTo(60);
        FileIngestLog.copy(folder, other);
        appendSome(log, 5);

        try (IngestLog copy = FileIngestLog.open(other, SEGMENT_BYTES)) {
            List<LogRecord> records = new ArrayList<>();
            copy.read(1, records::add);
            assertThat(records).hasSize(60);
            requireWhole(records);
        }
    }

    /**
     * Its index says that there was a record, which is not taken for one that was never written.
     */
    @Test
    void damagedCopy_isTold(@TempDir Path other) throws IOException {
        appendUpTo(5);
        FileIngestLog.copy(folder, other);
        flip(
                other.resolve(segments().getFirst().getFileName()),
                log.sizeBytes() - indexBytes() - 9);

        try (IngestLog copy = FileIngestLog.open(other, SEGMENT_BYTES)) {
            assertThatThrownBy(() -> copy.read(1, _ -> true))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("record 5 in " + other);
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
            assertThat(records.size() % 3).as("whole batches").isZero();
            requireWhole(records);
            log.close();
        }
    }

    /** Appends for ever, and prints the offset of each record once it is on disk. */
    static final class Appender {
        public static void main(String[] args) throws IOException {
            PrintStream out = new PrintStream(System.out, true);
            try (IngestLog log = FileIngestLog.open(Path.of(args[0]), SEGMENT_BYTES)) {
                while (true) {
                    long first = log.nextOffset();
                    log.append(List.of(entry(first), entry(first + 1), entry(first + 2)));
                    out.println(first + 2);
                }
            }
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ 0x10);
        }
    }

    private long indexBytes() throws IOException {
        return Files.size(files(".index").getFirst());
    }

    private List<Path> segments() throws IOException {
        return files(".log");
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }
}
