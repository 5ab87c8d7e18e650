package io.sluice.examples.http;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads and writes HTTP/1.1 messages on one connection (RFC 9112, without chunked bodies, which are
 * refused). Not thread-safe; one per connection and end.
 */
final class HttpWire {
    /** Bytes of start line and headers together. */
    private static final int HEAD_BYTES_MAX = 16 * 1024;

    /** Bytes of a body. */
    private static final int BODY_BYTES_MAX = 8 * 1024 * 1024;

    private final InputStream in;
    private final OutputStream out;
    private byte[] buffer = new byte[2048];
    private int start;
    private int end;

    HttpWire(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** One message as it came: its start line, its headers and its body. */
    record Message(String startLine, Map<String, String> headers, String body) {
        /** Whether the connection carries another message after this one. */
        boolean keepsAlive() {
            boolean old = startLine.endsWith("HTTP/1.0") || startLine.startsWith("HTTP/1.0");
            String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
            return old ? connection.contains("keep-alive") : !connection.contains("close");
        }
    }

    /** The next message, or null when the other end closed between two messages. */
    @Nullable Message read() throws IOException {
        int headEnd = fillHead();
        if (headEnd < 0) {
            return null;
        }
        String head = new String(buffer, start, headEnd - start, StandardCharsets.ISO_8859_1);
        start = headEnd + 4;
        int lineEnd = head.indexOf("\r\n");
        String startLine = lineEnd < 0 ? head : head.substring(0, lineEnd);
        Map<String, String> headers = lineEnd < 0 ? Map.of() : headers(head, lineEnd + 2);
        if (headers.containsKey("transfer-encoding")) {
            throw new IOException("a chunked body is not supported; send Content-Length");
        }
        return new Message(startLine, headers, readBody(headers.get("content-length")));
    }

    /** Writes head and body in one go, so that a small message is one packet. */
    void write(String startLine, Map<String, String> headers, String body) throws IOException {
        byte[] bodyBytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(256).append(startLine).append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("content-length: ").append(bodyBytes.length).append("\r\n\r\n");
        byte[] headBytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] message = new byte[headBytes.length + bodyBytes.length];
        System.arraycopy(headBytes, 0, message, 0, headBytes.length);
        System.arraycopy(bodyBytes, 0, message, headBytes.length, bodyBytes.length);
        out.write(message);
    }

    /** Reads until the blank line after the headers; its index, or -1 at the end of the stream. */
    private int fillHead() throws IOException {
        int from = start;
        while (true) {
            for (int i = from; i + 3 < end; i++) {
                if (buffer[i] == '\r'
                        && buffer[i + 1] == '\n'
                        && buffer[i + 2] == '\r'
                        && buffer[i + 3] == '\n') {
                    return i;
                }
            }
            int seen = end - start;
            if (seen > HEAD_BYTES_MAX) {
                throw new IOException("headers of over " + HEAD_BYTES_MAX + " bytes");
            }
            makeRoom(1);
            int count = in.read(buffer, end, buffer.length - end);
            if (count < 0) {
                if (seen == 0) {
                    return -1;
                }
                throw new EOFException("the connection ended within the headers");
            }
            end += count;
            from = start + Math.max(0, seen - 3);
        }
    }

    private static Map<String, String> headers(String head, int from) {
        Map<String, String> headers = new HashMap<>(16);
        int at = from;
        while (at < head.length()) {
            int lineEnd = head.indexOf("\r\n", at);
            int stop = lineEnd < 0 ? head.length() : lineEnd;
            int colon = head.indexOf(':', at);
            if (colon > at && colon < stop) {
                headers.put(
                        head.substring(at, colon).toLowerCase(Locale.ROOT),
                        head.substring(colon + 1, stop).trim());
            }
            at = stop + 2;
        }
        return headers;
    }

    private String readBody(@Nullable String contentLength) throws IOException {
        if (contentLength == null) {
            return "";
        }
        int length = parseLength(contentLength);
        makeRoom(length - (end - start));
        while (end - start < length) {
            int count = in.read(buffer, end, buffer.length - end);
            if (count < 0) {
                throw new EOFException("the connection ended within the body");
            }
            end += count;
        }
        String body = new String(buffer, start, length, StandardCharsets.UTF_8);
        start += length;
        return body;
    }

    private static int parseLength(String contentLength) throws IOException {
        try {
            int length = Integer.parseInt(contentLength);
            if (length >= 0 && length <= BODY_BYTES_MAX) {
                return length;
            }
        } catch (NumberFormatException e) {
            throw new IOException("Content-Length is not a number: " + contentLength, e);
        }
        throw new IOException(
                "Content-Length " + contentLength + " is not within 0.." + BODY_BYTES_MAX);
    }

    /** Makes room for that many bytes more behind what is unread. */
    private void makeRoom(int more) {
        int unread = end - start;
        if (unread == 0) {
            start = 0;
            end = 0;
        }
        if (buffer.length - end >= Math.max(1, more)) {
            return;
        }
        byte[] target =
                unread + more > buffer.length / 2 ? new byte[2 * (unread + more) + 256] : buffer;
        System.arraycopy(buffer, start, target, 0, unread);
        buffer = target;
        start = 0;
        end = unread;
    }
}
