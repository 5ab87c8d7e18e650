package io.sluice.engine.log.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file as it is read, from its beginning towards its end, some of it at a time. For one thread.
 */
final class Window implements AutoCloseable {
    // Not a channel, which an interrupt of the thread that reads would close.

    /** How much is read at once. */
    static final int BYTES = 64 << 10;

    private final Path path;
    private final RandomAccessFile file;
    private final long fileLength;
    private final byte[] held = new byte[BYTES];
    private long begin;
    private int length;

    Window(Path path) throws IOException {
        this.path = path;
        this.file = new RandomAccessFile(path.toFile(), "r");
        this.fileLength = file.length();
    }

    Path path() {
        return path;
    }

    /** How long the file was when it was opened. */
    long fileLength() {
        return fileLength;
    }

    /**
     * So many bytes from a position on, to be used before the next call.
     *
     * @throws EOFException if the file ends before
     */
    ByteBuffer at(long position, int bytes) throws IOException {
        if (bytes > BYTES) {
            byte[] large = new byte[bytes];
            file.seek(position);
            file.readFully(large);
            return ByteBuffer.wrap(large);
        }
        if (position < begin || position + bytes > begin + length) {
            fill(position, bytes);
        }
        return ByteBuffer.wrap(held, Math.toIntExact(position - begin), bytes).slice();
    }

    private void fill(long position, int atLeast) throws IOException {
        length = 0;
        begin = position;
        file.seek(position);
        while (length < atLeast) {
            int read = file.read(held, length, BYTES - length);
            if (read < 0) {
                throw new EOFException(path + " ends at byte " + (position + length));
            }
            length += read;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
