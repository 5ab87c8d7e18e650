package io.sluice.server.bench;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;

/** POST over one connection. */
final class HttpSender implements Sender {
    private static final int SUCCESS = 2;

    private final HttpConnection connection;
    private final HttpConnection.Question post;
    private final Requests requests;

    /** What is to be sent again, or null. */
    private @Nullable ByteBuffer unanswered;

    HttpSender(
            InetSocketAddress address, String path, Map<String, String> headers, Requests requests)
            throws IOException {
        this.connection = new HttpConnection(address);
        this.post = connection.question("POST", path, headers);
        this.requests = requests;
    }

    @Override
    public int send() throws IOException {
        ByteBuffer body = unanswered == null ? requests.next() : unanswered;
        unanswered = body;
        int status =
                connection
                        .ask(
                                post,
                                body.array(),
                                body.arrayOffset() + body.position(),
                                body.remaining())
                        .status();
        if (status == 429 || status == 503) {
            return 0;
        }
        if (status / 100 != SUCCESS) {
            throw new IOException("the server answered " + status);
        }
        unanswered = null;
        return requests.items();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
