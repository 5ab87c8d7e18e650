package io.sluice.examples.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An HTTP server on a loopback port of the system's choice, with a virtual thread for each
 * connection. {@link #close} ends all connections at once; whoever wants to lose nothing stops the
 * traffic first.
 */
public final class HttpService implements AutoCloseable {
    /** Connections that may wait to be accepted: all users at once. */
    private static final int BACKLOG = 4096;

    private final String name;
    private final Handler handler;
    private final ServerSocket listener;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Thread acceptor;

    private HttpService(String name, Handler handler, ServerSocket listener) {
        this.name = name;
        this.handler = handler;
        this.listener = listener;
        this.acceptor = Thread.ofVirtual().name(name + "-accept").unstarted(this::acceptAll);
    }

    /** Starts a server; {@code name} names its threads. */
    public static HttpService start(String name, Handler handler) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            HttpService service = new HttpService(name, handler, listener);
            service.acceptor.start();
            return service;
        } catch (IOException e) {
            throw new UncheckedIOException(name + " found no free port", e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Its address, for example {@code http://127.0.0.1:40123}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.add(socket);
                Thread.ofVirtual().name(name).start(() -> serve(socket));
            } catch (IOException _) {
                // Closed (the loop ends) or out of descriptors for a moment (the next accept
                // tells).
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            HttpWire wire = new HttpWire(socket.getInputStream(), socket.getOutputStream());
            HttpWire.Message message = wire.read();
            while (message != null) {
                Response response = answer(message);
                wire.write(startLine(response.status()), response.headers(), response.body());
                message = message.keepsAlive() ? wire.read() : null;
            }
        } catch (IOException _) {
            // The other end went away or spoke no HTTP that we know: nobody is left to be told.
        } finally {
            connections.remove(socket);
        }
    }

    private Response answer(HttpWire.Message message) {
        String[] parts = message.startLine().split(" ", 3);
        if (parts.length != 3) {
            return Response.text(400, "The request line is not METHOD TARGET VERSION.");
        }
        try {
            return handler.handle(
                    new Request(parts[0], parts[1], message.headers(), message.body()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Response.text(503, name + " is stopping.");
        } catch (Exception e) {
            return Response.text(500, name + " failed: " + e);
        }
    }

    private static final Map<Integer, String> PHRASES =
            Map.of(
                    200,
                    "OK",
                    201,
                    "Created",
                    402,
                    "Payment Required",
                    404,
                    "Not Found",
                    409,
                    "Conflict");

    private static String startLine(int status) {
        return "HTTP/1.1 " + status + " " + PHRASES.getOrDefault(status, "Status");
    }

    @Override
    public void close() {
        closeQuietly(listener);
        try {
            // The port is free, and no connection is added any more, only when the acceptor has
            // noticed.
            acceptor.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connections.forEach(HttpService::closeQuietly);
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception _) {
            // Closing is all that was wanted of it.
        }
    }
}
