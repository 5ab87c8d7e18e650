package io.sluice.server.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * A keep-alive connection over a plain socket, one request at a time. A general HTTP client spends
 * as much as the server it measures, and its collections would be taken for the server's; on cores
 * that they share, whoever asks has to be nearly free. Not thread-safe.
 */
final class HttpConnection implements AutoCloseable {
    private static final String VERSION = "HTTP/1.1 ";

    /** Answers of this size are the pages of a dashboard, not a mistake. */
    private static final int LONGEST_BODY = 1 << 26;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final String host;

    /**
     * An answer, decoded from its chunks only.
     *
     * @param body compressed if the headers of the question asked for it
     */
    record Answer(int status, byte[] body) {}

    /** A question up to its content length, made once to be asked often. */
    record Question(String lines) {}

    /** Connects. */
    HttpConnection(InetSocketAddress address) throws IOException {
        this.socket = new Socket(address.getAddress(), address.getPort());
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
        this.out = socket.getOutputStream();
        this.host = address.getHostString() + ':' + address.getPort();
    }

    /** Connects to a server's API and pages. */
    static HttpConnection to(URI server) throws IOException {
        return new HttpConnection(new InetSocketAddress(server.getHost(), server.getPort()));
    }

    /** What is to be asked of this connection's server. */
    Question question(String method, String path, Map<String, String> headers) {
        StringBuilder lines = new StringBuilder();
        lines.append(method).append(' ').append(path).append(' ').append("HTTP/1.1\r\nHost: ");
        lines.append(host);
        headers.forEach((name, value) -> lines.append("\r\n").append(name + ": " + value));
        return new Question(lines.toString());
    }

    /** Asks without a body, and waits for the answer's last byte. */
    Answer ask(Question question) throws IOException {
        out.write((question.lines + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return readAnswer();
    }

    /** Asks with a body, and waits for the answer's last byte. */
    Answer ask(Question question, byte[] body, int from, int length) throws IOException {
        String head = question.lines + "\r\nContent-Length: " + length + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body, from, length);
        out.flush();
        return readAnswer();
    }

    private Answer readAnswer() throws IOException {
        String statusLine = readLine();
        if (!statusLine.startsWith(VERSION)) {
            throw new IOException("not an HTTP answer: '" + statusLine + "'");
        }
        int status = Integer.parseInt(statusLine, VERSION.length(), VERSION.length() + 3, 10);
        int length = 0;
        boolean chunked = false;
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            String header = line.toLowerCase(Locale.ROOT);
            if (header.startsWith("content-length:")) {
                length = Integer.parseInt(header.substring(15).strip());
            } else if (header.startsWith("transfer-encoding:")) {
                chunked = header.endsWith("chunked");
            }
        }
        return new Answer(status, chunked ? readChunks() : readBody(length));
    }

    private byte[] readChunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int length;
        do {
            // No server of ours sends chunk extensions.
            length = Integer.parseInt(readLine(), 16);
            body.writeBytes(readBody(length));
            readLine();
        } while (length > 0);
        return body.toByteArray();
    }

    private byte[] readBody(int length) throws IOException {
        if (length < 0 || length > LONGEST_BODY) {
            throw new IOException("an answer of " + length + " bytes");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new IOException("the server closed the connection");
        }
        return body;
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
