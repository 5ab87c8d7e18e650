package io.sluice.engine.log.file;

import io.sluice.engine.files.OwnerOnly;
import io.sluice.engine.log.LogIndex;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.log.file.SegmentIndex.Entry;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * One file of the log, with its index beside it: the records from one offset on, up to the next
 * file's first. Any thread reads; one appends.
 */
final class Segment {
    /** How long what is in front of the first record is. */
    static final int HEADER_BYTES = Long.BYTES;

    static final String ENDING = ".log";

    /** "SluLog", and the format. */
    private static final long MAGIC = 0x536c_754c_6f67_0001L;

    private static final int FORMAT_BITS = Short.SIZE;

    private final Path folder;
    private final Path path;
    private final Path indexPath;
    private final long firstOffset;
    private volatile long nextOffset;
    private @Nullable SegmentIndex index;
    private volatile boolean deleted;

    /** One that exists, or will when it is opened for writing. */
    Segment(Path folder, long firstOffset) {
        String name = "segment-%019d".formatted(firstOffset);
        this.folder = folder;
        this.path = folder.resolve(name + ENDING);
        this.indexPath = folder.resolve(name + ".index");
        this.firstOffset = firstOffset;
        this.nextOffset = firstOffset;
    }

    /**
     * The first offset, as a file's name tells it.
     *
     * @return empty if the file is no segment
     */
    static OptionalLong firstOffset(Path file, String ending) {
        String name = file.getFileName().toString();
        return name.matches("segment-[0-9]{19}\\Q" + ending + "\\E")
                ? OptionalLong.of(Long.parseLong(name.replaceAll("[^0-9]", "")))
                : OptionalLong.empty();
    }

    /** Where the records are. */
    Path path() {
        return path;
    }

    /** Where the file beside it is. */
    Path indexPath() {
        return indexPath;
    }

    long firstOffset() {
        return firstOffset;
    }

    long nextOffset() {
        return nextOffset;
    }

    boolean isEmpty() {
        return nextOffset == firstOffset;
    }

    /** Says where it ends: another one begins there. What it holds is seen when it is needed. */
    void endsAt(long offset) throws IOException {
        requireFormat();
        nextOffset = offset;
    }

    /** Asks the file where it ends: it is the last one. */
    void findEnd() throws IOException {
        requireFormat();
        nextOffset = firstOffset + index().count();
    }

    private void requireFormat() throws IOException {
        if (!Files.exists(path) || Files.size(path) < HEADER_BYTES) {
            return; // begun when the process was killed
        }
        try (Window file = new Window(path)) {
            long found = file.at(0, HEADER_BYTES).getLong();
            if (found == MAGIC || found == 0) {
                return;
            }
            if (found >>> FORMAT_BITS == MAGIC >>> FORMAT_BITS) {
                throw new IOException(
                        "%s has format %d, expected %d: a newer Sluice wrote it"
                                .formatted(path, (short) found, (short) MAGIC));
            }
            throw new IOException(path + " is not a segment of an ingest log, or is damaged");
        }
    }

    /** When the newest record was received; {@link Long#MIN_VALUE} if there is none. */
    long newestNanos() throws IOException {
        return index().newestNanos();
    }

    /**
     * Opens both files for appending, makes them if they are missing, and takes back what a failed
     * append may have left in them.
     */
    SegmentWriter openWriter(Opener opener) throws IOException {
        SegmentIndex known = index();
        Output records = Output.open(opener, path, MAGIC, known.endOfRecords(), true);
        try {
            if (isEmpty()) {
                records.sync();
                OwnerOnly.syncNames(folder);
            }
            return new SegmentWriter(this, known, records, known.openToAppend(opener));
        } catch (IOException | RuntimeException e) {
            records.close();
            throw e;
        }
    }

    /** What lies before this offset is on disk, and has entries: readers may see it. */
    void appendedUpTo(long next) {
        nextOffset = next;
    }

    /**
     * Reads the records in {@code [fromOffset, toOffset)} whose index is wanted, until the consumer
     * has enough; tells if it wants more.
     */
    boolean read(
            long fromOffset,
            long toOffset,
            Predicate<LogIndex> wanted,
            Predicate<LogRecord> consumer)
            throws IOException {
        long from = Math.max(fromOffset, firstOffset);
        long to = Math.min(toOffset, nextOffset);
        if (from >= to) {
            return true;
        }
        try (Window records = new Window(path)) {
            SegmentIndex known = index();
            if (known.count() < to - firstOffset) {
                throw new IOException(
                        "records from offset %d on are missing in %s"
                                .formatted(firstOffset + known.count(), path));
            }
            return known.visit(
                    from - firstOffset,
                    to - firstOffset,
                    (number, entry) ->
                            !wanted.test(entry.index())
                                    || consumer.test(record(records, firstOffset + number, entry)));
        } catch (IOException e) {
            if (deleted) {
                return true;
            }
            throw e;
        }
    }

    private LogRecord record(Window records, long offset, Entry entry) throws IOException {
        ByteBuffer frame = records.at(entry.position(), entry.length());
        int length = frame.getInt();
        int checksum = frame.getInt();
        ByteBuffer rest = frame.slice();
        if (length != rest.remaining()
                || checksum != Frame.checksum(rest)
                || Frame.offset(rest) != offset) {
            throw new IOException(
                    "record %d in %s, from byte %d, is not what was written; restore the newest backup"
                            .formatted(offset, path, entry.position()));
        }
        return Frame.record(rest);
    }

    /**
     * Copies both files as they are now. The index is first, so that it knows of no record that is
     * not in the copy. What is being appended meanwhile may be there in part, and is no whole batch
     * then.
     */
    void copyTo(Path to) throws IOException {
        Segment copy = new Segment(to, firstOffset);
        copy(indexPath, copy.indexPath);
        copy(path, copy.path);
    }

    private void copy(Path file, Path copy) throws IOException {
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
            OwnerOnly.create(copy);
            try (FileChannel to = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                long size = from.size();
                for (long at = 0; at < size; ) {
                    long some = from.transferTo(at, size - at, to);
                    if (some == 0) {
                        break; // it has become shorter: a failed append was taken back
                    }
                    at += some;
                }
                to.force(true);
            }
        } catch (NoSuchFileException e) {
            if (file.equals(path) && Files.exists(path)) {
                throw e;
            }
            // Retention has removed it, or the index is not there: it is made anew.
        }
    }

    /** Read when somebody asks, but for the segment that is appended to. */
    private synchronized SegmentIndex index() throws IOException {
        SegmentIndex known = index;
        if (known == null) {
            if (deleted) {
                throw new NoSuchFileException(path.toString());
            }
            known = SegmentIndex.load(indexPath, path, firstOffset);
            index = known;
        }
        return known;
    }

    /** Of records and their index, without the room that was made ahead. */
    synchronized long sizeBytes() throws IOException {
        return index == null
                ? size(path) + size(indexPath)
                : index.endOfRecords() + index.endOfIndex();
    }

    private static long size(Path path) throws IOException {
        try {
            return Files.size(path);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /** Removes the files. Who is reading them goes on, or finds the segment's end early. */
    synchronized void delete() throws IOException {
        deleted = true;
        for (Path file : List.of(path, indexPath)) {
            Files.deleteIfExists(file);
        }
    }
}
