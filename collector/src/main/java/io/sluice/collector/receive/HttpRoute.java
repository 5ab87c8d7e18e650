package io.sluice.collector.receive;

import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.MalformedRequestException;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/**
 * A protocol that is spoken by POST to one path of the HTTP port, beside OTLP. The port reads
 * bodies within the limits, asks who sends them, and stores them; a route says what they are and
 * how their senders are answered. Thread-safe.
 */
public interface HttpRoute {

    /** The whole path, for example {@code /api/v1/write}. */
    String path();

    /** What the counters call it. */
    String receiver();

    /**
     * What a request brings, as its headers say.
     *
     * @param contentType null if there is none
     * @param contentEncoding null if there is none
     * @throws MalformedRequestException if that cannot be read here
     */
    Content content(@Nullable String contentType, @Nullable String contentEncoding)
            throws MalformedRequestException;

    /** The answer to a request whose accepted items are on disk, though some may be refused. */
    Answer taken(Content content, Extract extract);

    /**
     * The answer to a request of which nothing is stored. The port itself adds when to come again.
     *
     * @param content null if what it brings could not be told
     */
    Answer refused(@Nullable Content content, int status, String reason);

    /**
     * What a body is.
     *
     * @param kind the {@link LogEntry#kind()} that it becomes
     */
    record Content(String kind, Encoding encoding) {}

    /**
     * An answer of text.
     *
     * @param text empty for no body
     */
    record Answer(int status, Map<String, String> headers, String text) {
        public Answer {
            headers = Map.copyOf(headers);
        }
    }
}
