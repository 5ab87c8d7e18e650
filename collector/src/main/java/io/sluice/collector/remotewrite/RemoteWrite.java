package io.sluice.collector.remotewrite;

import io.sluice.collector.extract.Decoder;
import io.sluice.collector.receive.HttpRoute;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Prometheus's remote write, as its senders see it. Of a request with some bad series the others
 * are stored, and it is answered 400, so that nobody sends it again.
 */
public final class RemoteWrite implements HttpRoute {

    /** What the counters call it. */
    public static final String NAME = "remote-write";

    /** Where Prometheus itself receives it. */
    public static final String PATH = "/api/v1/write";

    private static final String WRITTEN = "X-Prometheus-Remote-Write-%s-Written";
    private static final Map<String, String> WRITTEN_HEADERS =
            Map.of(
                    SeriesWalk.SAMPLES, WRITTEN.formatted("Samples"),
                    SeriesWalk.HISTOGRAMS, WRITTEN.formatted("Histograms"),
                    SeriesWalk.EXEMPLARS, WRITTEN.formatted("Exemplars"));

    /** Has no state. */
    public RemoteWrite() {}

    /** What reads the bodies that come this way. */
    public static List<Decoder> decoders() {
        return List.of(
                new RemoteWriteDecoder(WriteVersion.V1), new RemoteWriteDecoder(WriteVersion.V2));
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public String receiver() {
        return NAME;
    }

    @Override
    public Content content(@Nullable String contentType, @Nullable String contentEncoding)
            throws MalformedRequestException {
        WriteVersion version = WriteVersion.of(contentType);
        String encoding =
                contentEncoding == null ? "" : contentEncoding.strip().toLowerCase(Locale.ROOT);
        if (!encoding.isEmpty() && !encoding.equals("snappy")) {
            throw new MalformedRequestException(
                    RejectReason.UNSUPPORTED,
                    "Content-Encoding is " + contentEncoding + ", expected is snappy");
        }
        return new Content(version.kind(), Encoding.SNAPPY);
    }

    @Override
    public Answer taken(Content content, Extract extract) {
        Map<String, String> headers = written(content, extract.acceptedByKind());
        if (extract.rejectedItems() == 0) {
            return new Answer(HttpStatus.NO_CONTENT_204, headers, "");
        }
        String refused =
                extract.rejected().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(entry -> entry.getValue() + " " + entry.getKey().label())
                        .collect(Collectors.joining(", "));
        return new Answer(
                HttpStatus.BAD_REQUEST_400,
                headers,
                extract.accepted() + " items are stored, others are refused: " + refused);
    }

    @Override
    public Answer refused(@Nullable Content content, int status, String reason) {
        return new Answer(status, written(content, Map.of()), reason);
    }

    /** Senders of 1.0 know of no such headers. */
    private static Map<String, String> written(
            @Nullable Content content, Map<String, Long> accepted) {
        if (content != null && WriteVersion.ofKind(content.kind()) == WriteVersion.V1) {
            return Map.of();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        WRITTEN_HEADERS.forEach(
                (kind, header) ->
                        headers.put(header, Long.toString(accepted.getOrDefault(kind, 0L))));
        return headers;
    }
}
