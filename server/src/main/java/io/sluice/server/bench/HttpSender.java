package io.sluice.server.bench;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * POST over a plain socket with keep-alive. A general HTTP client would spend as much as the server
 * it measures; on two cores that they share, the sender has to be nearly free.
 */
final class HttpSender implements Sender {
    private static final int SUCCESS = 2;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final Requests requests;
    private final String head;

    /** What is to be sent again, or null. */
    private @Nullable ByteBuffer unanswered;

    HttpSender(
            InetSocketAddress address, String path, Map<String, String> headers, Requests requests)
            throws IOException {
        this.socket = new Socket(address.getAddress(), address.getPort());
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
        this.out = socket.getOutputStream();
        this.requests = requests;
        StringBuilder lines = new StringBuilder();
        lines.append("POST ").append(path).append(" HTTP/1.1\r\nHost: ");
        lines.append(address.getHostString()).append(':').append(address.getPort());
        headers.forEach((name, value) -> lines.append("\r\n").append(name + ": " + value));
        this.head = lines.append("\r\nContent-Length: ").toString();
    }

    @Override
    public int send() throws IOException {
        ByteBuffer body = unanswered == null ? requests.next() : unanswered;
        unanswered = body;
        out.write((head + body.remaining() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(body.array(), body.arrayOffset() + body.position(), body.remaining());
        out.flush();
        int status = readAnswer();
        if (status == 429 || status == 503) {
            return 0;
        }
        if (status / 100 != SUCCESS) {
            throw new IOException("the server answered " + status);
        }
        unanswered = null;
        return requests.items();
    }

    private int readAnswer() throws IOException {
        String statusLine = readLine();
        if (!statusLine.startsWith("HTTP/1.1 ")) {
            throw new IOException("not an HTTP answer: '" + statusLine + "'");
        }
        int status = Integer.parseInt(statusLine, 9, 12, 10);
        int length = 0;
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        in.skipNBytes(length);
        return status;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the server closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
