package io.sluice.engine.log.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** A disk that fills up, fails, or loses power. For one thread. */
final class FaultyDisk implements Opener {
    /** What is written as a whole or not at all. */
    private static final int SECTOR_BYTES = 512;

    private final Map<Path, UnsyncedChannel> files = new HashMap<>();
    private String full = "";
    private long room = Long.MAX_VALUE;
    private boolean syncFails;

    @Override
    public FileChannel open(Path path) throws IOException {
        UnsyncedChannel channel = new UnsyncedChannel(path);
        files.put(path, channel);
        return channel;
    }

    /** From here on, so many bytes can be written to files that end like this, and no more. */
    void fillUpAfter(long bytes, String ending) {
        room = bytes;
        full = ending;
    }

    /** From here on, nothing can be synced, or everything again. */
    void failSyncs(boolean fail) {
        syncFails = fail;
    }

    /** Each sector that was written since the last sync is on disk or is not, as chance has it. */
    void losePower(Random random) throws IOException {
        for (UnsyncedChannel file : files.values()) {
            file.losePower(random);
        }
    }

    /** One that remembers what was in the file at its last sync. */
    private final class UnsyncedChannel extends FileChannel {
        private final Path path;
        private final FileChannel channel;
        private byte[] onDisk;

        UnsyncedChannel(Path path) throws IOException {
            this.path = path;
            this.channel = FileChannel.open(path, StandardOpenOption.WRITE);
            this.onDisk = Files.readAllBytes(path);
        }

        void losePower(Random random) throws IOException {
            channel.close();
            byte[] written = Files.readAllBytes(path);
            int length = Math.max(written.length, onDisk.length);
            byte[] old = Arrays.copyOf(onDisk, length);
            byte[] left = Arrays.copyOf(written, length);
            for (int begin = 0; begin < length; begin += SECTOR_BYTES) {
                if (random.nextBoolean()) {
                    int bytes = Math.min(SECTOR_BYTES, length - begin);
                    System.arraycopy(old, begin, left, begin, bytes);
                }
            }
            Files.write(path, Arrays.copyOf(left, random.nextBoolean() ? written.length : length));
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            boolean isFull = path.toString().endsWith(full);
            int some = isFull ? (int) Math.min(bytes.remaining(), room) : bytes.remaining();
            if (some == 0 && bytes.hasRemaining()) {
                throw new IOException("No space left on device");
            }
            room -= isFull ? some : 0;
            int before = bytes.limit();
            bytes.limit(bytes.position() + some);
            int written = channel.write(bytes, position);
            bytes.limit(before);
            return written;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            if (syncFails) {
                throw new IOException("Input/output error");
            }
            channel.force(metaData);
            onDisk = Files.readAllBytes(path);
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            channel.truncate(size);
            return this;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        protected void implCloseChannel() throws IOException {
            channel.close();
        }

        @Override
        public int read(ByteBuffer into) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] into, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer bytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] bytes, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(long newPosition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel from, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer into, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}
