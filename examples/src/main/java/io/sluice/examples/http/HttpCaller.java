package io.sluice.examples.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Calls one loopback server over connections that are kept and used again. Thread-safe. A call is
 * sent once: whether a failed one may be repeated is for the caller to know.
 */
public final class HttpCaller implements AutoCloseable {
    private final InetSocketAddress address;
    private final Duration timeout;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /**
     * @param port of the server on the loopback address
     * @param timeout of connecting and of each read
     */
    public HttpCaller(int port, Duration timeout) {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.timeout = timeout;
    }

    /**
     * Sends the request and waits for the answer; an {@link IOException} says that there was none.
     */
    public Response call(Request request) throws IOException {
        Connection connection = idle.pollFirst();
        if (connection == null) {
            connection = Connection.open(address, timeout);
        }
        boolean reusable = false;
        try {
            HttpWire.Message message = connection.exchange(request);
            reusable = message.keepsAlive() && !closed;
            return new Response(status(message.startLine()), message.headers(), message.body());
        } finally {
            if (reusable) {
                idle.addFirst(connection);
            } else {
                connection.close();
            }
        }
    }

    private static int status(String startLine) throws IOException {
        try {
            return Integer.parseInt(startLine.substring(9, 12));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("not an HTTP answer: " + startLine, e);
        }
    }

    /** Closes the idle connections; those in use are closed when their answer has come. */
    @Override
    public void close() {
        closed = true;
        for (Connection c = idle.pollFirst(); c != null; c = idle.pollFirst()) {
            c.close();
        }
    }

    private record Connection(Socket socket, HttpWire wire) {
        static Connection open(InetSocketAddress address, Duration timeout) throws IOException {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
                socket.connect(address, Math.toIntExact(timeout.toMillis()));
                return new Connection(
                        socket, new HttpWire(socket.getInputStream(), socket.getOutputStream()));
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        HttpWire.Message exchange(Request request) throws IOException {
            wire.write(
                    request.method() + " " + request.target() + " HTTP/1.1",
                    request.headers(),
                    request.body());
            HttpWire.Message message = wire.read();
            if (message == null) {
                throw new EOFException("the server closed the connection without an answer");
            }
            return message;
        }

        void close() {
            try {
                socket.close();
            } catch (IOException _) {
                // A socket that cannot be closed is of no more use either.
            }
        }
    }
}
