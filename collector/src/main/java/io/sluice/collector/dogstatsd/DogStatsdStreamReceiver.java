package io.sluice.collector.dogstatsd;

import io.sluice.collector.receive.ConnectionLimit;
import io.sluice.collector.receive.Intake;
import io.sluice.engine.measure.RejectReason;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Receives DogStatsD over a Unix domain socket, as a stream: frames of a length, four bytes, least
 * significant first, and as many bytes of messages, as Datadog's clients send them.
 *
 * <p>Unlike a datagram's, a stream's sender is held up when we are slow, so nothing is lost between
 * it and us; what cannot be stored is dropped and counted. A virtual thread reads each connection,
 * and all of them fill one batch.
 */
public final class DogStatsdStreamReceiver implements AutoCloseable {

    /** What the counters call it. */
    public static final String NAME = "dogstatsd-stream";

    private static final int LENGTH_BYTES = 4;

    private static final Logger LOG = LoggerFactory.getLogger(DogStatsdStreamReceiver.class);

    private final UnixSocket socket;
    private final Intake intake;
    private final ConnectionLimit limit;
    private final ServerSocketChannel server;
    private final Thread acceptor =
            Thread.ofVirtual().name(NAME).unstarted(this::acceptUntilClosed);
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService flusher =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name(NAME + "-flush").factory());
    private final BatchStore batches;
    private final ReentrantLock lock = new ReentrantLock();
    private final Datagrams batch = new Datagrams();

    /**
     * @param limit of connections; one more is closed at once
     * @throws IOException if this machine has no such sockets
     */
    public DogStatsdStreamReceiver(UnixSocket socket, Intake intake, ConnectionLimit limit)
            throws IOException {
        this.socket = socket;
        this.intake = intake;
        this.limit = limit;
        this.batches = new BatchStore(NAME, intake, DogStatsdReceiver.MAX_BATCHES_UNDER_WAY);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    /**
     * Begins to listen. A file that a killed server left is replaced, in one step, by one that has
     * its mode from the beginning.
     *
     * @throws IOException if somebody listens there already, or something else has that name
     */
    public void start() throws IOException {
        requireOurs(socket.path());
        Path fresh = socket.path().resolveSibling(socket.path().getFileName() + ".new");
        Files.deleteIfExists(fresh);
        server.bind(UnixDomainSocketAddress.of(fresh));
        Files.setPosixFilePermissions(fresh, socket.mode());
        Files.move(fresh, socket.path(), StandardCopyOption.ATOMIC_MOVE);
        acceptor.start();
        long millis = DogStatsdReceiver.MAX_BATCH_WAIT.toMillis();
        var _ = flusher.scheduleWithFixedDelay(this::flush, millis, millis, TimeUnit.MILLISECONDS);
    }

    private static void requireOurs(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new FileSystemException(path.toString(), null, "is no socket, and is kept");
        }
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new FileSystemException(path.toString(), null, "somebody listens there already");
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            LOG.info("nobody listens at {} any more; it is taken over", path);
        }
    }

    private void acceptUntilClosed() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                if (limit.admit()) {
                    Connection connection = new Connection(channel);
                    connections.add(connection);
                    connection.thread.start();
                } else {
                    channel.close();
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("a DogStatsD connection could not be accepted", e);
                pause(); // out of descriptors, most likely
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Adds a frame to the batch; waits while too much is under way to the disk. */
    private void take(byte[] frame) {
        lock.lock();
        try {
            batch.add(frame, frame.length);
            if (batch.size() >= DogStatsdReceiver.MAX_BATCH_BYTES) {
                batches.store(batch.take());
            }
        } finally {
            lock.unlock();
        }
    }

    private void flush() {
        lock.lock();
        try {
            if (batch.size() > 0) {
                batches.store(batch.take());
            }
        } finally {
            lock.unlock();
        }
    }

    /** One sender's connection. */
    private final class Connection {

        private final SocketChannel channel;
        private final Thread thread = Thread.ofVirtual().name(NAME).unstarted(this::run);

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        private void run() {
            try (channel) {
                InputStream in = Channels.newInputStream(channel);
                for (int length = length(in); length >= 0; length = length(in)) {
                    if (length > Datagrams.MAX_DATAGRAM_BYTES) {
                        // Where the next frame would begin, nobody knows.
                        LOG.warn(
                                "a DogStatsD frame of {} bytes is longer than {}; its connection is closed",
                                length,
                                Datagrams.MAX_DATAGRAM_BYTES);
                        intake.counters().rejected(NAME, RejectReason.OVERSIZE);
                        return;
                    }
                    byte[] frame = in.readNBytes(length); // grows as it comes
                    if (frame.length < length) {
                        throw new EOFException("the stream ends within a frame");
                    }
                    take(frame);
                }
            } catch (ClosedChannelException e) {
                // We are closing.
            } catch (IOException e) {
                intake.counters().rejected(NAME, RejectReason.MALFORMED);
                LOG.debug("a DogStatsD connection ended", e);
            } finally {
                connections.remove(this);
                limit.ended();
            }
        }
    }

    /** The next frame's length; -1 at the end of the stream; larger than any if it is negative. */
    private static int length(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LENGTH_BYTES);
        if (bytes.length == 0) {
            return -1;
        }
        if (bytes.length < LENGTH_BYTES) {
            throw new EOFException("the stream ends within a length");
        }
        long length = 0;
        for (int i = LENGTH_BYTES - 1; i >= 0; i--) {
            length = length << Byte.SIZE | Byte.toUnsignedInt(bytes[i]);
        }
        return (int) Math.min(length, Integer.MAX_VALUE);
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stores what has arrived, and stops listening. */
    @Override
    public void close() throws IOException {
        if (!server.isOpen()) {
            return;
        }
        boolean bound = server.getLocalAddress() != null;
        server.close();
        joinUninterruptibly(acceptor);
        for (Connection connection : connections) {
            connection.channel.close();
        }
        flusher.shutdownNow();
        flush();
        batches.drain();
        if (bound) {
            Files.deleteIfExists(socket.path());
        }
    }
}
