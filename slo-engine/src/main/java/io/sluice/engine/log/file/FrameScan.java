package io.sluice.engine.log.file;

import io.sluice.engine.log.file.SegmentIndex.Entry;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Finds records where nothing says how many there are: behind the last one that a segment's index
 * knows. A batch that was not written to its end is none. For one thread.
 */
final class FrameScan {
    private final Window records;
    private long position;
    private long offset;

    /**
     * @param position where the first frame should be
     * @param offset that it should have
     */
    FrameScan(Window records, long position, long offset) {
        this.records = records;
        this.position = position;
        this.offset = offset;
    }

    /** The next whole batch, or what is left of it; empty if there is none. */
    List<Entry> nextBatch() throws IOException {
        List<Entry> batch = new ArrayList<>();
        for (ByteBuffer frame = frame(); frame != null; frame = frame()) {
            Entry entry = Entry.of(position, frame);
            batch.add(entry);
            position += entry.length();
            offset++;
            if (Frame.isLastOfBatch(frame)) {
                return batch;
            }
        }
        return List.of();
    }

    private @Nullable ByteBuffer frame() throws IOException {
        long left = records.fileLength() - position - Frame.HEAD_BYTES;
        if (left < Frame.MIN_LENGTH) {
            return null;
        }
        ByteBuffer head = records.at(position, Frame.HEAD_BYTES);
        int length = head.getInt();
        int checksum = head.getInt();
        long begin = position + Frame.HEAD_BYTES;
        // Nothing is allocated for a length that is noise.
        if (length < Frame.MIN_LENGTH || length > left || checksum(begin, length) != checksum) {
            return null;
        }
        ByteBuffer frame = records.at(begin, length);
        return Frame.offset(frame) == offset ? frame : null;
    }

    private int checksum(long begin, int length) throws IOException {
        CRC32C crc = new CRC32C();
        for (int done = 0; done < length; done += Window.BYTES) {
            crc.update(records.at(begin + done, Math.min(Window.BYTES, length - done)));
        }
        return (int) crc.getValue();
    }
}
