package io.sluice.dashboard;

import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Opens the connections for which there is a place, and closes the others at once. */
final class BoundedConnector extends ServerConnector {

    /** Whoever is to be told that there is no room should ask soon. */
    private static final Duration PATIENCE_WITH_TOLD = Duration.ofSeconds(5);

    private final Connections connections;

    /**
     * @param tls without it, connections are plain
     */
    BoundedConnector(
            Server server,
            HttpConfiguration http,
            Connections connections,
            SslContextFactory.@Nullable Server tls) {
        super(server, tls, new HttpConnectionFactory(http));
        this.connections = connections;
    }

    @Override
    protected SelectorManager newSelectorManager(
            Executor executor, Scheduler scheduler, int selectors) {
        return new Admission(executor, scheduler, selectors);
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(
            SocketChannel channel, ManagedSelector selector, SelectionKey key) throws IOException {
        SocketChannelEndPoint connection = super.newEndPoint(channel, selector, key);
        if (connections.isTold(channel)) {
            connection.setIdleTimeout(PATIENCE_WITH_TOLD.toMillis());
        }
        return connection;
    }

    private final class Admission extends ServerConnectorManager {

        Admission(Executor executor, Scheduler scheduler, int selectors) {
            super(executor, scheduler, selectors);
        }

        @Override
        public void accept(SelectableChannel channel, @Nullable Object attachment) {
            if (connections.admit(channel)) {
                super.accept(channel, attachment);
            } else {
                IO.close(channel);
            }
        }

        @Override
        protected void onAcceptFailed(SelectableChannel channel, Throwable cause) {
            connections.ended(channel);
            super.onAcceptFailed(channel, cause);
        }

        @Override
        protected void endPointClosed(EndPoint connection) {
            connections.ended(((SocketChannelEndPoint) connection).getChannel());
            super.endPointClosed(connection);
        }
    }
}
