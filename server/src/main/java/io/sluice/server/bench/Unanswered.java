package io.sluice.server.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Datagrams at a rate. Nobody answers them, so a sender learns of no loss, and one that sends as
 * fast as it can measures how fast datagrams can be thrown away. Asked for no rate, it looks for
 * the highest at which less than one in a hundred is lost. Used by one thread.
 */
final class Unanswered implements AutoCloseable {
    /** Any server can take so many. */
    static final double WARM_UP_RATE = 30_000;

    /** More than this share lost is too fast. */
    private static final double MAX_LOSS = 0.01;

    private static final double FIRST_RATE = 100_000;
    private static final int PROBES = 7;
    private static final Duration PROBE = Duration.ofSeconds(2);

    /** So many at once at most: a burst must fit the kernel's buffer. */
    private static final int MAX_BURST = 64;

    /** A sender that falls this far behind its rate is itself the limit. */
    private static final double KEPT = 0.97;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = 50_000_000;

    private final Datagram datagram = new Datagram();
    private final ByteBuffer bytes = datagram.direct();
    private final DatagramChannel channel;
    private final ServerCounts counts;
    private final String receiver;
    private long sent;

    Unanswered(InetSocketAddress address, ServerCounts counts, String receiver) throws IOException {
        this.counts = counts;
        this.receiver = receiver;
        this.channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_SNDBUF, 1 << 20);
        channel.connect(address);
    }

    /**
     * What became of some datagrams.
     *
     * @param seconds of sending
     */
    record Sent(long sent, long lost, double seconds) {
        boolean isTooFast() {
            return lost > MAX_LOSS * sent;
        }
    }

    /** What a datagram holds. */
    Datagram datagram() {
        return datagram;
    }

    /** All that was sent. */
    long sent() {
        return sent;
    }

    /** The highest rate that was found with less than one in a hundred lost. */
    double findRate() throws IOException, InterruptedException {
        double good = 0;
        double tooFast = Double.POSITIVE_INFINITY;
        double rate = FIRST_RATE;
        for (int i = 0; i < PROBES; i++) {
            Sent probe = send(rate, PROBE);
            double kept = probe.sent / probe.seconds;
            if (probe.isTooFast()) {
                tooFast = Math.min(tooFast, rate);
            } else {
                good = Math.max(good, Math.min(rate, kept));
                if (kept < KEPT * rate) {
                    tooFast = Math.min(tooFast, rate);
                }
            }
            rate = tooFast == Double.POSITIVE_INFINITY ? 1.5 * rate : (good + tooFast) / 2;
        }
        return good == 0 ? rate : good;
    }

    /** Sends at a rate, and waits until it is known what became of everything. */
    Sent send(double perSecond, Duration duration) throws IOException, InterruptedException {
        long sentBefore = sent;
        long lostBefore = counts.kernelDrops(receiver);
        long began = System.nanoTime();
        long nanos = duration.toNanos();
        for (long elapsed = 0; elapsed < nanos; elapsed = System.nanoTime() - began) {
            long due = (long) (elapsed / 1e9 * perSecond) - (sent - sentBefore);
            if (due <= 0) {
                LockSupport.parkNanos(20_000);
            }
            for (long i = Math.min(due, MAX_BURST); i > 0; i--) {
                channel.write(bytes.rewind());
                sent++;
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        long lost = awaitLost() - lostBefore;
        return new Sent(sent - sentBefore, lost, seconds);
    }

    /** All that was lost, once the rest is counted. */
    private long awaitLost() throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            long lost = counts.kernelDrops(receiver);
            boolean known = accepted() + lost >= sent;
            if (known || System.nanoTime() - until > 0) {
                return lost;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Datagrams that the receiver has accepted with all their values. */
    long accepted() throws IOException, InterruptedException {
        return counts.accepted(receiver) / datagram.messages();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
