package io.sluice.collector.otlp;

import io.sluice.collector.receive.ConnectionLimit;
import io.sluice.engine.log.GroupCommit;

import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * Accepts as many connections as there may be, and answers the others with 503 at once, where
 * without TLS that can be said.
 */
final class BoundedConnector extends ServerConnector {

    /** Answers are small; a reader that is slower than this buffer waits for itself. */
    private static final int SEND_BUFFER_BYTES = 64 << 10;

    /** So many refused senders are told so at a time; others just find their connection closed. */
    private static final int MAX_TOLD = 64;

    /** How long a refused sender may go on sending; closing at once could lose it our answer. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final String TOO_MANY = "too many connections are open";

    private static final byte[] ANSWER =
            """
            HTTP/1.1 503 Service Unavailable\r
            Retry-After: %d\r
            Connection: close\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: %d\r
            \r
            %s"""
                    .formatted(
                            Math.max(1, GroupCommit.RETRY_AFTER.toSeconds()),
                            TOO_MANY.length(),
                            TOO_MANY)
                    .getBytes(StandardCharsets.US_ASCII);

    private final ConnectionLimit limit;
    private final boolean plain;
    private final Semaphore told = new Semaphore(MAX_TOLD);
    private @Nullable ConnectionWatch watch;

    /**
     * @param tls without it, connections are plain
     */
    BoundedConnector(
            Server server,
            ConnectionLimit limit,
            SslContextFactory.@Nullable Server tls,
            ConnectionFactory http) {
        super(server, tls, http);
        this.limit = limit;
        this.plain = tls == null;
        setAcceptedSendBufferSize(SEND_BUFFER_BYTES);
    }

    /** Tells it of every connection; before the start. */
    void watchedBy(ConnectionWatch newWatch) {
        watch = newWatch;
    }

    @Override
    protected SelectorManager newSelectorManager(
            Executor executor, Scheduler scheduler, int selectors) {
        return new Admission(executor, scheduler, selectors);
    }

    /** Who is in is known by its channel, so that nobody is counted out twice. */
    private final class Admission extends ServerConnectorManager {

        private final Set<SelectableChannel> admitted = ConcurrentHashMap.newKeySet();

        Admission(Executor executor, Scheduler scheduler, int selectors) {
            super(executor, scheduler, selectors);
        }

        @Override
        public void accept(SelectableChannel channel, @Nullable Object attachment) {
            if (limit.admit()) {
                admitted.add(channel);
                super.accept(channel, attachment);
            } else {
                refuse((SocketChannel) channel);
            }
        }

        @Override
        protected void onAcceptFailed(SelectableChannel channel, Throwable cause) {
            ended(channel);
            super.onAcceptFailed(channel, cause);
        }

        @Override
        protected void endPointOpened(EndPoint connection) {
            if (watch != null) {
                watch.opened(connection);
            }
            super.endPointOpened(connection);
        }

        @Override
        protected void endPointClosed(EndPoint connection) {
            if (watch != null) {
                watch.closed(connection);
            }
            ended(((SocketChannelEndPoint) connection).getChannel());
            super.endPointClosed(connection);
        }

        private void ended(SelectableChannel channel) {
            if (admitted.remove(channel)) {
                limit.ended();
            }
        }
    }

    private void refuse(SocketChannel channel) {
        if (plain && told.tryAcquire()) {
            Thread.ofVirtual()
                    .name("refused")
                    .start(
                            () -> {
                                try {
                                    tell(channel);
                                } finally {
                                    told.release();
                                }
                            });
        } else {
            IO.close(channel);
        }
    }

    /** Says it, and hears the sender out for a moment. */
    private static void tell(SocketChannel channel) {
        try (channel) {
            channel.configureBlocking(true);
            channel.write(ByteBuffer.wrap(ANSWER));
            channel.shutdownOutput();
            channel.socket().setSoTimeout((int) LINGER.toMillis());
            long begunNanos = System.nanoTime();
            byte[] unread = new byte[8 << 10];
            InputStream in = channel.socket().getInputStream();
            while (in.read(unread) >= 0 && System.nanoTime() - begunNanos < LINGER.toNanos()) {
                // What it still sends is not for us.
            }
        } catch (IOException e) {
            // It is gone, or too slow to be told.
        }
    }
}
