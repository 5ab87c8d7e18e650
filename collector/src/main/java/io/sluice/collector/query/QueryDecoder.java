package io.sluice.collector.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.extract.StreamDigest;
import io.sluice.collector.prometheus.LabelDigest;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Reads what servers answered to a measure's queries: {@code [{"dataSource": …, "query": …,
 * "answer": …}, …]}, each answer as it came, in the form of <a
 * href="https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries">range
 * queries</a>. An item is a point of a series; native histograms among them are refused as items.
 *
 * <p>To a measure that counts, a series is a running total of which a fall says nothing: it may be
 * a reset of one of its summands or the end of another. To one that judges values, each point is
 * one.
 */
public final class QueryDecoder implements Decoder {

    /** Of log entries with answers. */
    public static final String KIND = "prometheus";

    /** What an item is called. */
    public static final String SIGNAL = "metrics";

    /** The header of a log entry that says which measure asked, by its id. */
    static final String MEASURE = "measure";

    /** An answer with more series is refused: the query should add them up. */
    static final int MAX_SERIES = 1_000;

    private static final int MAX_DEPTH = 32;
    private static final int MAX_VALUE_LENGTH = 64;
    private static final double MAX_SECONDS = Long.MAX_VALUE / 1e9;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build();

    /** Makes the one that is needed. */
    public QueryDecoder() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String signal() {
        return SIGNAL;
    }

    /** It is us who ask, and points that come again are known by their times. */
    @Override
    public boolean repeats() {
        return false;
    }

    @Override
    public void decode(LogEntry entry, byte[] body, int length, Accumulator into)
            throws MalformedRequestException {
        into.beginResource();
        into.endResource();
        String measure = entry.headers().getOrDefault(MEASURE, "");
        try (JsonParser in = FACTORY.createParser(body, 0, length)) {
            walk(in, measure, into);
        } catch (CharConversionException e) {
            // The library takes text that begins with zeros for UTF-32.
            throw new MalformedRequestException(
                    RejectReason.MALFORMED, "line 1: UTF-8 was expected: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be read", e);
        }
    }

    private static void walk(JsonParser in, String measure, Accumulator into)
            throws MalformedRequestException, IOException {
        try {
            new Walk(in, measure, into).answers();
        } catch (JsonProcessingException e) {
            // What breaks one of the library's limits says no place.
            JsonLocation where = e.getLocation() == null ? in.currentLocation() : e.getLocation();
            throw new MalformedRequestException(
                    RejectReason.MALFORMED,
                    "line %d, column %d: %s"
                            .formatted(
                                    where.getLineNr(),
                                    where.getColumnNr(),
                                    e.getOriginalMessage()));
        }
    }

    /** One walk over the answers. */
    private static final class Walk {

        private final JsonParser in;
        private final String measure;
        private final Accumulator into;
        private final StreamDigest stream = new StreamDigest();
        private final LabelDigest labels = new LabelDigest();
        private long[] times = new long[64];
        private double[] values = new double[64];
        private int points;
        private boolean wanted;
        private int series;
        private @Nullable String dataSource;
        private String query = "";
        private boolean succeeded;

        Walk(JsonParser in, String measure, Accumulator into) {
            this.in = in;
            this.measure = measure;
            this.into = into;
        }

        void answers() throws IOException, MalformedRequestException {
            in.nextToken();
            require(in.currentToken() == JsonToken.START_ARRAY, "a list of answers was expected");
            while (in.nextToken() != JsonToken.END_ARRAY) {
                answer();
            }
            require(in.nextToken() == null, "nothing was expected after the answers");
        }

        /** The query comes before its answer: what is asked is not to be remembered. */
        private void answer() throws IOException, MalformedRequestException {
            requireObject();
            dataSource = null;
            query = "";
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String key = in.currentName();
                in.nextToken();
                switch (key) {
                    case "dataSource" -> dataSource = text("a data source's name");
                    case "query" -> query = text("a query");
                    case "answer" -> {
                        require(!query.isEmpty(), "a query was expected before its answer");
                        wanted = into.selectQuery(measure, dataSource, query);
                        response();
                    }
                    default -> in.skipChildren();
                }
            }
        }

        private void response() throws IOException, MalformedRequestException {
            requireObject();
            series = 0;
            succeeded = false;
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String key = in.currentName();
                in.nextToken();
                switch (key) {
                    case "status" -> succeeded = text("a status").equals("success");
                    case "data" -> data();
                    default -> in.skipChildren();
                }
            }
            require(succeeded, "an answer of status success was expected");
        }

        private void data() throws IOException, MalformedRequestException {
            requireObject();
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String key = in.currentName();
                in.nextToken();
                if (key.equals("result")) {
                    require(in.isExpectedStartArrayToken(), "a list of series was expected");
                    while (in.nextToken() != JsonToken.END_ARRAY) {
                        series();
                    }
                } else {
                    in.skipChildren();
                }
            }
        }

        private void series() throws IOException, MalformedRequestException {
            requireObject();
            if (++series > MAX_SERIES) {
                throw new MalformedRequestException(
                        RejectReason.OVERSIZE,
                        "the answer has more than %d series; add them up in the query, with sum()"
                                .formatted(MAX_SERIES));
            }
            points = 0;
            stream.clear();
            digest(StreamDigest.Level.RESOURCE, dataSource == null ? "" : dataSource, query);
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String key = in.currentName();
                in.nextToken();
                switch (key) {
                    case "metric" -> metric();
                    case "values" -> {
                        require(in.isExpectedStartArrayToken(), "a list of points was expected");
                        while (in.nextToken() != JsonToken.END_ARRAY) {
                            point();
                        }
                    }
                    case "histograms" -> histograms();
                    default -> in.skipChildren();
                }
            }
            tell();
        }

        private void metric() throws IOException, MalformedRequestException {
            requireObject();
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                in.nextToken();
                digest(StreamDigest.Level.POINT, name, text("a label's text"));
            }
        }

        private void digest(StreamDigest.Level level, String name, String value) {
            byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
            byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
            labels.add(
                    stream,
                    level,
                    nameBytes,
                    0,
                    nameBytes.length,
                    valueBytes,
                    0,
                    valueBytes.length);
        }

        /** {@code [seconds, "value"]}. */
        private void point() throws IOException, MalformedRequestException {
            require(in.isExpectedStartArrayToken(), "a point was expected: [seconds, \"value\"]");
            JsonToken time = in.nextToken();
            require(time != null && time.isNumeric(), "a time in seconds was expected");
            double seconds = in.getDoubleValue();
            require(
                    seconds >= 0 && seconds < MAX_SECONDS,
                    "a time in seconds since 1970 was expected");
            in.nextToken();
            double value = number(text("a value in quotes"));
            require(in.nextToken() == JsonToken.END_ARRAY, "a point has a time and a value");
            if (points == times.length) {
                times = Arrays.copyOf(times, 2 * points);
                values = Arrays.copyOf(values, 2 * points);
            }
            // Servers give milliseconds; a double has them exactly enough to find them again.
            times[points] = TimeUnit.MILLISECONDS.toNanos(Math.round(seconds * 1e3));
            values[points++] = value;
        }

        private double number(String text) throws MalformedRequestException {
            switch (text) {
                case "NaN" -> {
                    return Double.NaN;
                }
                case "+Inf", "Inf" -> {
                    return Double.POSITIVE_INFINITY;
                }
                case "-Inf" -> {
                    return Double.NEGATIVE_INFINITY;
                }
                default -> {
                    try {
                        if (text.length() <= MAX_VALUE_LENGTH) {
                            return Double.parseDouble(text);
                        }
                    } catch (NumberFormatException e) {
                        // Told below, with its place.
                    }
                    throw malformed("a number was expected as a point's value");
                }
            }
        }

        private void histograms() throws IOException, MalformedRequestException {
            require(in.isExpectedStartArrayToken(), "a list of histograms was expected");
            while (in.nextToken() != JsonToken.END_ARRAY) {
                in.skipChildren();
                into.reject(RejectReason.UNSUPPORTED);
            }
        }

        private void tell() {
            if (wanted) {
                into.beginEvent();
            }
            for (int i = 0; i < points; i++) {
                if (!Double.isFinite(values[i])) {
                    into.reject(RejectReason.INVALID_VALUE);
                } else if (into.admit(times[i]) && wanted) {
                    into.answer(stream, times[i], values[i]);
                }
            }
        }

        private String text(String what) throws IOException, MalformedRequestException {
            require(in.currentToken() == JsonToken.VALUE_STRING, what + " was expected");
            return in.getText();
        }

        private void requireObject() throws MalformedRequestException {
            require(in.isExpectedStartObjectToken(), "an object was expected");
        }

        private void require(boolean condition, String expected) throws MalformedRequestException {
            if (!condition) {
                throw malformed(expected);
            }
        }

        private MalformedRequestException malformed(String message) {
            return new MalformedRequestException(
                    RejectReason.MALFORMED,
                    "line %d, column %d: %s"
                            .formatted(
                                    in.currentLocation().getLineNr(),
                                    in.currentLocation().getColumnNr(),
                                    message));
        }
    }
}
