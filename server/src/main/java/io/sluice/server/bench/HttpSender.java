package io.sluice.server.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * OTLP/HTTP over a plain socket with keep-alive. A general HTTP client would spend as much as the
 * server it measures; on two cores that they share, the sender has to be nearly free.
 *
 * <p>With gzip the spans are compressed once and sent as a first gzip member; a second, tiny member
 * makes each request a different one (RFC 1952 2.2: members simply follow one another). Senders in
 * production compress on machines of their own.
 */
final class HttpSender implements Sender {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final SpanRequest request;
    private final boolean gzip;
    private final byte[] compressed;
    private final LongSupplier sequence;
    private final LongSupplier nowNanos;
    private final String head;

    HttpSender(
            InetSocketAddress address,
            int spans,
            boolean gzip,
            LongSupplier sequence,
            LongSupplier nowNanos)
            throws IOException {
        this.socket = new Socket(address.getAddress(), address.getPort());
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
        this.out = socket.getOutputStream();
        this.request = SpanRequest.of(spans);
        this.gzip = gzip;
        this.sequence = sequence;
        this.nowNanos = nowNanos;
        this.compressed =
                gzip
                        ? Floors.gzipped(request.next(sequence.getAsLong(), nowNanos.getAsLong()))
                        : new byte[0];
        this.head =
                "POST /v1/traces HTTP/1.1\r\nHost: "
                        + address.getHostString()
                        + ":"
                        + address.getPort()
                        + "\r\nContent-Type: application/x-protobuf\r\n"
                        + (gzip ? "Content-Encoding: gzip\r\n" : "")
                        + "Content-Length: ";
    }

    @Override
    public int send() throws IOException {
        byte[] first;
        byte[] second;
        if (gzip) {
            first = compressed;
            second = Floors.gzipped(SpanRequest.marker(sequence.getAsLong()));
        } else {
            first = request.next(sequence.getAsLong(), nowNanos.getAsLong());
            second = new byte[0];
        }
        out.write(
                (head + (first.length + second.length) + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        out.write(first);
        out.write(second);
        out.flush();
        int status = readAnswer();
        return switch (status) {
            case 200 -> request.spans();
            case 429, 503 -> 0;
            default -> throw new IOException("the server answered " + status);
        };
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
