package io.sluice.engine.log.file;

import io.sluice.engine.log.LogIndex;
import io.sluice.engine.log.TraceFilter;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * The file beside a segment that says where each of its records lies, and by what a search finds
 * it. All of it can be told from the segment, so it is never synced: what a loss of power takes of
 * it is made again from the records when the segment is opened. An entry is only ever written for a
 * record that is on disk.
 *
 * <p>Thread-safe; one thread adds.
 *
 * <pre>
 * checksum    32 bits   CRC-32C of the rest
 * traces      32 bits   bytes of the filter
 * position    64 bits   of the record's frame in the segment
 * length      32 bits   of the frame, with its head
 * received    64 bits
 * first       64 bits
 * last        64 bits
 * filter
 * </pre>
 */
final class SegmentIndex {
    /** "SluIdx", and the format. */
    private static final long MAGIC = 0x536c_7549_6478_0001L;

    private static final int FIXED_BYTES = 3 * Integer.BYTES + 4 * Long.BYTES;

    /** So many entries are read for one that is looked for, on average half of them. */
    private static final int ENTRIES_PER_MARK = 256;

    private final Path path;
    private long count;
    private long endOfIndex = Long.BYTES;
    private long endOfRecords = Segment.HEADER_BYTES;
    private long newestNanos = Long.MIN_VALUE;

    /** Where the entries 0, 256, 512 and so on begin. */
    private long[] marks = {};

    private SegmentIndex(Path path) {
        this.path = path;
    }

    /** What an entry says. */
    record Entry(long position, int length, long receivedAtNanos, LogIndex index) {

        /** Of a frame without its head. */
        static Entry of(long position, ByteBuffer frame) {
            return new Entry(
                    position,
                    Frame.HEAD_BYTES + frame.remaining(),
                    Frame.receivedAtNanos(frame),
                    Frame.index(frame));
        }

        /** As it lies in the file. */
        ByteBuffer bytes() {
            byte[] filter = index.traces().toBytes();
            ByteBuffer bytes =
                    ByteBuffer.allocate(FIXED_BYTES + filter.length)
                            .putInt(0)
                            .putInt(filter.length)
                            .putLong(position)
                            .putInt(length)
                            .putLong(receivedAtNanos)
                            .putLong(index.firstEventNanos())
                            .putLong(index.lastEventNanos())
                            .put(filter)
                            .flip();
            return bytes.putInt(0, checksum(bytes)).rewind();
        }

        /** From what {@link #bytes} gave. */
        static Entry parse(ByteBuffer bytes) throws DamagedException {
            if (bytes.getInt(0) != checksum(bytes)) {
                throw new DamagedException();
            }
            ByteBuffer rest = bytes.slice().position(Integer.BYTES);
            byte[] filter = new byte[rest.getInt()];
            long position = rest.getLong();
            int length = rest.getInt();
            long receivedAtNanos = rest.getLong();
            long first = rest.getLong();
            long last = rest.getLong();
            rest.get(filter);
            return new Entry(
                    position,
                    length,
                    receivedAtNanos,
                    new LogIndex(first, last, TraceFilter.of(filter)));
        }

        private static int checksum(ByteBuffer entry) {
            return Frame.checksum(entry.duplicate().position(Integer.BYTES));
        }
    }

    /** Who looks at entries, one after the other. */
    @FunctionalInterface
    interface Visitor {
        /** Whether to go on. */
        boolean visit(long number, Entry entry) throws IOException;
    }

    /**
     * Reads a segment's index, and completes it from the records if something of it is missing.
     *
     * @param firstOffset of the segment
     * @throws IOException if one of the files cannot be read, or what is missing not be written
     */
    static SegmentIndex load(Path path, Path segment, long firstOffset) throws IOException {
        SegmentIndex index = new SegmentIndex(path);
        if (!Files.exists(segment)) {
            return index;
        }
        try (Window records = new Window(segment)) {
            if (Files.exists(path)) {
                index.readEntries(records.fileLength());
            }
            index.complete(records, firstOffset);
        }
        return index;
    }

    private void readEntries(long records) throws IOException {
        try (Window file = new Window(path)) {
            if (file.fileLength() < Long.BYTES || file.at(0, Long.BYTES).getLong() != MAGIC) {
                return; // of another format, or not what it was
            }
            while (endOfIndex < file.fileLength()) {
                ByteBuffer bytes = bytes(file, endOfIndex);
                Entry entry = Entry.parse(bytes);
                if (entry.position() != endOfRecords || endOfRecords + entry.length() > records) {
                    return;
                }
                added(entry, bytes.capacity());
            }
        } catch (EOFException | DamagedException e) {
            // What was not written to its end; it is made again.
        }
    }

    /** Adds what lies behind the last record that has an entry, up to the end of the last batch. */
    private void complete(Window records, long firstOffset) throws IOException {
        FrameScan scan = new FrameScan(records, endOfRecords, firstOffset + count);
        List<Entry> batch = scan.nextBatch();
        if (batch.isEmpty()) {
            return;
        }
        // A process may have been killed before it synced them.
        try (FileChannel channel = FileChannel.open(records.path(), StandardOpenOption.WRITE)) {
            channel.force(false);
        }
        try (Output output = openToAppend(Opener.DISK)) {
            for (; !batch.isEmpty(); batch = scan.nextBatch()) {
                append(output, batch);
            }
        }
    }

    /** For {@link #append}, at its end. */
    Output openToAppend(Opener opener) throws IOException {
        return Output.open(opener, path, MAGIC, endOfIndex(), false);
    }

    /** Adds entries of records that are on disk, in order. */
    void append(Output output, List<Entry> entries) throws IOException {
        List<ByteBuffer> written = entries.stream().map(Entry::bytes).toList();
        for (ByteBuffer bytes : written) {
            output.put(bytes);
        }
        output.flush();
        for (int i = 0; i < entries.size(); i++) {
            added(entries.get(i), written.get(i).capacity());
        }
    }

    private synchronized void added(Entry entry, int bytes) {
        if (count % ENTRIES_PER_MARK == 0) {
            int mark = Math.toIntExact(count / ENTRIES_PER_MARK);
            if (mark == marks.length) {
                marks = Arrays.copyOf(marks, Math.max(16, 2 * mark));
            }
            marks[mark] = endOfIndex;
        }
        count++;
        endOfIndex += bytes;
        endOfRecords = entry.position() + entry.length();
        newestNanos = Math.max(newestNanos, entry.receivedAtNanos());
    }

    /**
     * Shows the entries {@code [from, to)}, counted from 0, until the visitor has enough; tells if
     * it wants more.
     *
     * @param to at most {@link #count}
     */
    boolean visit(long from, long to, Visitor visitor) throws IOException {
        long number = from / ENTRIES_PER_MARK * ENTRIES_PER_MARK;
        long position = mark(number);
        try (Window file = new Window(path)) {
            for (; number < to; number++) {
                ByteBuffer bytes = bytes(file, position);
                if (number >= from && !visitor.visit(number, Entry.parse(bytes))) {
                    return false;
                }
                position += bytes.capacity();
            }
            return true;
        } catch (EOFException | DamagedException e) {
            throw new IOException(
                    "entry %d of %s is not what was written: remove the file and start again, it is made anew from the records"
                            .formatted(number, path),
                    e);
        }
    }

    private static ByteBuffer bytes(Window file, long position) throws IOException {
        int filter = file.at(position, FIXED_BYTES).getInt(Integer.BYTES);
        if (filter < 0 || filter > file.fileLength() - position) {
            throw new DamagedException();
        }
        return file.at(position, FIXED_BYTES + filter);
    }

    private synchronized long mark(long number) {
        return marks[Math.toIntExact(number / ENTRIES_PER_MARK)];
    }

    /** How many records have an entry. */
    synchronized long count() {
        return count;
    }

    /** Where the segment's last record ends. */
    synchronized long endOfRecords() {
        return endOfRecords;
    }

    /** How long the index is. */
    synchronized long endOfIndex() {
        return endOfIndex;
    }

    /** When the newest record was received; {@link Long#MIN_VALUE} if there is none. */
    synchronized long newestNanos() {
        return newestNanos;
    }

    /** Bytes that are not an entry. */
    private static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException() {
            super("the checksum is another");
        }
    }
}
