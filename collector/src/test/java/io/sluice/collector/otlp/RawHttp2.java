package io.sluice.collector.otlp;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A client that does with gRPC's bytes what no library would: stops in their middle, lies about
 * their length, never reads. Plain HTTP/2 frames (RFC 9113), headers as literals without an index
 * (RFC 7541).
 */
final class RawHttp2 implements AutoCloseable {

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private final Socket socket;
    private final DataOutputStream out;
    private int stream = -1;

    RawHttp2(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        out = new DataOutputStream(socket.getOutputStream());
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        frame(SETTINGS, 0, 0, new byte[0]);
    }

    /** Begins a call on a stream of its own. */
    void begin(String method) throws IOException {
        stream += 2;
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        header(headers, ":method", "POST");
        header(headers, ":scheme", "http");
        header(headers, ":path", "/" + method);
        header(headers, ":authority", "localhost");
        header(headers, "content-type", "application/grpc");
        header(headers, "te", "trailers");
        frame(HEADERS, END_HEADERS, stream, headers.toByteArray());
    }

    private static void header(ByteArrayOutputStream to, String name, String value) {
        to.write(0);
        for (String text : new String[] {name, value}) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            to.write(bytes.length); // below 127, so that it is one byte
            to.writeBytes(bytes);
        }
    }

    /** Begins headers that {@link #continueWithoutEnd} goes on with. */
    void beginWithoutEnd() throws IOException {
        stream += 2;
        frame(HEADERS, 0, stream, new byte[0]);
    }

    /** Another header, and still not the last; of no effect once the other side has closed. */
    void continueWithoutEnd() {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        header(headers, "a", "");
        try {
            frame(CONTINUATION, 0, stream, headers.toByteArray());
        } catch (IOException e) {
            // It has.
        }
    }

    /** Announces a message of some length, and sends the first of it. */
    void grpcMessage(int announced, byte[] first) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        DataOutputStream prefix = new DataOutputStream(message);
        prefix.writeByte(0);
        prefix.writeInt(announced);
        message.writeBytes(first);
        data(message.toByteArray());
    }

    void data(byte[] bytes) throws IOException {
        frame(DATA, 0, stream, bytes);
    }

    /** Ends what the call sends. */
    void end() throws IOException {
        frame(DATA, END_STREAM, stream, new byte[0]);
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        DataOutputStream to = new DataOutputStream(frame);
        to.writeByte(payload.length >>> 16);
        to.writeShort(payload.length);
        to.writeByte(type);
        to.writeByte(flags);
        to.writeInt(stream);
        to.write(payload);
        out.write(frame.toByteArray());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
