package io.sluice.collector.otlp;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFactory;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.sluice.collector.receive.ConnectionLimit;

import java.util.concurrent.TimeUnit;

/**
 * Makes the channel on which gRPC accepts, with a doorkeeper before gRPC's own: gRPC has no limit
 * of connections.
 *
 * <p>Who is refused finds the connection closed before HTTP/2 began. That is UNAVAILABLE to a
 * sender, and it tries again after a delay that grows. A polite GOAWAY would have it connect again
 * at once, since the connection had worked.
 */
final class BoundedChannels implements ChannelFactory<ServerChannel>, AutoCloseable {

    private final ConnectionLimit limit;
    private final EventLoopGroup accepting;
    private final EventLoopGroup working;

    BoundedChannels(ConnectionLimit limit) {
        this.limit = limit;
        this.accepting = threads("otlp-grpc-accept", 1);
        this.working = threads("otlp-grpc-network", 0);
    }

    /** As gRPC would choose them; 0 threads are two a processor. */
    private static EventLoopGroup threads(String name, int count) {
        IoHandlerFactory io =
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory(name, true), io);
    }

    /** Whose thread accepts. */
    EventLoopGroup accepting() {
        return accepting;
    }

    /** Whose threads serve connections. */
    EventLoopGroup working() {
        return working;
    }

    @Override
    public ServerChannel newChannel() {
        ServerChannel server =
                Epoll.isAvailable() ? new EpollServerSocketChannel() : new NioServerSocketChannel();
        server.pipeline().addLast(new Doorkeeper());
        return server;
    }

    /** Stands before what hands connections to gRPC. */
    private final class Doorkeeper extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            Channel connection = (Channel) message;
            if (limit.admit()) {
                var _ = connection.closeFuture().addListener(_ -> limit.ended());
                context.fireChannelRead(message);
            } else {
                connection.unsafe().closeForcibly();
            }
        }
    }

    /** After the server has terminated. */
    @Override
    public void close() {
        var _ = accepting.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        var _ = working.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
