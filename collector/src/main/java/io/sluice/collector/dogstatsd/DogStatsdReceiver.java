package io.sluice.collector.dogstatsd;

import io.sluice.collector.extract.Decoder;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.ReceiverCounters;
import io.sluice.engine.measure.RejectReason;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Receives DogStatsD over UDP. One thread does nothing but empty the socket into batches; each
 * batch is read and stored as one log entry on a virtual thread of its own.
 *
 * <p>Nobody can be told that a datagram was lost, so it is counted instead: by the kernel if its
 * buffer was full, then it was lost unread ({@link RejectReason#KERNEL_DROP}, in datagrams), or
 * here if it could not be stored, in items. While too many batches are waiting for the disk the
 * socket is left alone: its buffer is the queue, and the one place where it overflows is counted.
 */
public final class DogStatsdReceiver implements AutoCloseable {

    /** What the counters call it. */
    public static final String NAME = "dogstatsd";

    /** DogStatsD's port. */
    public static final int DEFAULT_PORT = 8125;

    /** How many bytes the kernel is asked to keep while this thread does not run. */
    public static final int SOCKET_BUFFER_BYTES = 8 << 20;

    /** A batch is stored once it has so many bytes. */
    static final int MAX_BATCH_BYTES = 256 << 10;

    /**
     * A batch is stored once its first datagram has waited so long: all of it counts as received
     * then.
     */
    static final Duration MAX_BATCH_WAIT = Duration.ofMillis(50);

    /** So many batches may be under way to the disk. */
    static final int MAX_BATCHES_UNDER_WAY = 16;

    /**
     * How long datagrams gather in the kernel's buffer before they are taken together, if it is as
     * large as asked for; that many times shorter if it is smaller. Waking up for each would cost
     * more than taking it, and its sender as much again.
     */
    private static final Duration GATHER = Duration.ofMillis(1);

    /** How often the kernel's count of drops is looked up, at most. */
    private static final Duration DROPS_PERIOD = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(DogStatsdReceiver.class);

    private final InetSocketAddress address;
    private final Intake intake;
    private final Selector selector;
    private final DatagramChannel channel;
    private final Thread reader = Thread.ofPlatform().name(NAME).unstarted(this::run);
    private final BatchStore batches;
    private volatile boolean closing;
    private volatile long gatherNanos;

    /**
     * @param address where to listen; port 0 takes any that is free
     */
    public DogStatsdReceiver(InetSocketAddress address, Intake intake) throws IOException {
        this.address = address;
        this.intake = intake;
        this.batches = new BatchStore(NAME, intake, MAX_BATCHES_UNDER_WAY);
        this.selector = Selector.open();
        this.channel = DatagramChannel.open();
    }

    /** What reads the bodies that this receiver brings. */
    public static List<Decoder> decoders() {
        return List.of(new DogStatsdDecoder());
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if the port is in use
     */
    public void start() throws IOException {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        int granted = channel.getOption(StandardSocketOptions.SO_RCVBUF);
        gatherNanos =
                GATHER.toNanos() * Math.min(granted, SOCKET_BUFFER_BYTES) / SOCKET_BUFFER_BYTES;
        if (granted < SOCKET_BUFFER_BYTES) {
            LOG.warn(
                    "the kernel grants {} of {} bytes of socket buffer; raise net.core.rmem_max, or bursts may be lost",
                    granted,
                    SOCKET_BUFFER_BYTES);
        }
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        channel.bind(address);
        reader.start();
    }

    /** The port that it listens on. */
    public int port() {
        return channel.socket().getLocalPort();
    }

    /** Stores what has arrived, and stops listening. */
    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        closing = true;
        selector.wakeup();
        boolean interrupted = false;
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        batches.drain();
        channel.close();
        selector.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many batches are under way to the disk. */
    public int batchesUnderWay() {
        return batches.underWay();
    }

    private void run() {
        try {
            new Reading().untilClosed();
        } catch (IOException | RuntimeException e) {
            LOG.error("DogStatsD is no longer received", e);
        }
    }

    /** What the one reading thread knows. Times are elapsed ones, in nanoseconds. */
    private final class Reading {

        // Datagrams are received where they stay. When a batch is nearly full there is room for any
        // further one, so that none is cut off.
        private final ByteBuffer batch =
                ByteBuffer.allocateDirect(
                        MAX_BATCH_BYTES + Datagrams.LENGTH_BYTES + Datagrams.MAX_DATAGRAM_BYTES);
        private final KernelDrops kernelDrops = new KernelDrops(port());
        private long batchBegan;
        private long dropsLookedUp = System.nanoTime();
        private long dropsKnown;

        void untilClosed() throws IOException {
            while (!closing) {
                selector.select(patienceMillis());
                selector.selectedKeys().clear();
                receive();
                LockSupport.parkNanos(gatherNanos);
                if (batch.position() > 0
                        && System.nanoTime() - batchBegan >= MAX_BATCH_WAIT.toNanos()) {
                    store();
                }
                if (System.nanoTime() - dropsLookedUp >= DROPS_PERIOD.toNanos()) {
                    countDrops();
                }
            }
            receive(); // what arrived before we were asked to stop
            store();
            countDrops();
        }

        /** How long to wait for datagrams; at least 1, since 0 would be for ever. */
        private long patienceMillis() {
            if (batch.position() == 0) {
                return DROPS_PERIOD.toMillis();
            }
            long waited = System.nanoTime() - batchBegan;
            return Math.max(1, MAX_BATCH_WAIT.minusNanos(waited).toMillis());
        }

        /**
         * Takes what is there, at most one batch, so that a flood does not keep us from looking at
         * the time.
         */
        private void receive() throws IOException {
            for (int at = batch.position(); ; at = batch.position()) {
                batch.position(at + Datagrams.LENGTH_BYTES);
                if (channel.receive(batch) == null) {
                    batch.position(at);
                    return;
                }
                Datagrams.putLength(batch, at);
                if (at == 0) {
                    batchBegan = System.nanoTime();
                }
                if (batch.position() >= MAX_BATCH_BYTES) {
                    store();
                    return;
                }
            }
        }

        private void store() {
            if (batch.position() == 0) {
                return;
            }
            byte[] body = new byte[batch.flip().remaining()];
            batch.get(body).clear();
            batches.store(body);
        }

        private void countDrops() {
            dropsLookedUp = System.nanoTime();
            kernelDrops
                    .total()
                    .ifPresent(
                            total -> {
                                if (total > dropsKnown) {
                                    intake.counters()
                                            .dropped(
                                                    NAME,
                                                    ReceiverCounters.REQUESTS,
                                                    RejectReason.KERNEL_DROP,
                                                    total - dropsKnown);
                                    dropsKnown = total;
                                }
                            });
        }
    }
}
