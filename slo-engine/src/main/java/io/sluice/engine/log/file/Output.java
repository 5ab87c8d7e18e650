package io.sluice.engine.log.file;

import io.sluice.engine.files.OwnerOnly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file that is appended to, through a buffer. Not thread-safe, and of no use after a failure.
 *
 * <p>Where a file grows, a sync has to write down its new length and where its blocks are, which
 * takes twice as long as the bytes alone. So room is made ahead with zeros, but only for small
 * appends: a large one would be written twice.
 */
final class Output implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final int ROOM_BYTES = 1 << 20;

    /** Appends as large as this are not worth the zeros. */
    private static final int LARGE_BYTES = 64 << 10;

    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(LARGE_BYTES).asReadOnlyBuffer();

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final boolean makesRoom;
    private long written;
    private long synced;
    private long allocated;

    private Output(FileChannel channel, long end, boolean makesRoom) {
        this.channel = channel;
        this.makesRoom = makesRoom;
        this.written = end;
        this.synced = end;
        this.allocated = end;
    }

    /**
     * Opens a file, makes it if it is missing, and takes back what lies beyond its end.
     *
     * @param magic what a new file begins with
     * @param end from where on to append, at least the length of {@code magic}
     * @param makesRoom whether it will be synced
     */
    static Output open(Opener opener, Path path, long magic, long end, boolean makesRoom)
            throws IOException {
        OwnerOnly.create(path);
        FileChannel channel = opener.open(path);
        try {
            channel.truncate(end);
            Output output = new Output(channel, end, makesRoom);
            if (end == Long.BYTES) {
                output.written = 0;
                output.put(ByteBuffer.allocate(Long.BYTES).putLong(magic).flip());
                output.flush();
            }
            return output;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Where the next byte goes. */
    long end() {
        return written + buffer.position();
    }

    void put(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int some = Math.min(bytes.remaining(), buffer.remaining());
            buffer.put(bytes.slice(bytes.position(), some));
            bytes.position(bytes.position() + some);
        }
    }

    /** Hands what was put to the operating system, which keeps it past the end of the process. */
    void flush() throws IOException {
        buffer.flip();
        int bytes = buffer.remaining();
        boolean small = written == synced && bytes < LARGE_BYTES;
        if (makesRoom && small && written + bytes > allocated) {
            allocated = written + ROOM_BYTES;
            for (long at = written; at < allocated; at += LARGE_BYTES) {
                write(ZEROS.duplicate(), at);
            }
        }
        write(buffer, written);
        written += bytes;
        allocated = Math.max(allocated, written);
        buffer.clear();
    }

    /** What was put is on disk on return. */
    void sync() throws IOException {
        flush();
        channel.force(false);
        synced = written;
    }

    private void write(ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /** Gives back the room that is left. */
    @Override
    public void close() throws IOException {
        try (channel) {
            if (allocated > written) {
                channel.truncate(written);
            }
        }
    }
}
