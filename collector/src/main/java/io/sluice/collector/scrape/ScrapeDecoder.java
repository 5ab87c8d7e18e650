package io.sluice.collector.scrape;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.extract.Distribution;
import io.sluice.collector.extract.SourceUnit;
import io.sluice.collector.extract.StreamDigest;
import io.sluice.collector.match.Attributes;
import io.sluice.collector.prometheus.CumulativeBuckets;
import io.sluice.collector.prometheus.LabelDigest;
import io.sluice.collector.prometheus.MetricNames;
import io.sluice.collector.prometheus.NativeHistogram;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Reads scrapes. An item is a sample; it is matched by its name as it stands in its line, and a
 * histogram also as a whole by the name of its family, be it classic, native or both. The target's
 * attributes, its {@code job} and its {@code instance} are the resource's, labels are the point's.
 *
 * <ul>
 *   <li>Counters, and the counts, sums and buckets of histograms and summaries, are running totals,
 *       which began when the sample {@code _created} beside them says. A sample of no type whose
 *       name ends with {@code _total} is one, too.
 *   <li>Everything else is a value that holds at its time.
 *   <li>Values of names that end with {@code _seconds} or {@code _milliseconds} have that unit.
 *   <li>A sample that is given twice counts once.
 *   <li>A label that the target's own attributes have, too, is called {@code exported_…}, unless
 *       the target's labels are honored.
 *   <li>Each scrape adds {@code up}, and one that was read {@code scrape_duration_seconds} and
 *       {@code scrape_samples_scraped}. A target that cannot be scraped is not heard of.
 * </ul>
 */
public final class ScrapeDecoder implements Decoder {

    /** Of log entries with scrapes. */
    public static final String KIND = "scrape";

    /** What an item is called. */
    public static final String SIGNAL = "metrics";

    /** Headers of a log entry: what the scraper knows beside the body. */
    static final String JOB = "job";

    static final String INSTANCE = "instance";
    static final String CONTENT_TYPE = "content-type";
    static final String DURATION_NANOS = "duration-nanos";

    /** Limits; a record that says nothing of one was scraped before there was one. */
    static final String MAX_SAMPLES = "max-samples";

    static final String MAX_LABELS = "max-labels";
    static final String MAX_BODY_BYTES = "max-body-bytes";

    /** Present, as {@link #IGNORED}, if the target's labels or timestamps do not count. */
    static final String LABELS = "labels";

    static final String TIMESTAMPS = "timestamps";
    static final String IGNORED = "ignored";

    /** Why there is no exposition; its presence means that the target is down. */
    static final String FAILURE = "failure";

    /** Before the key of each of the target's attributes. */
    static final String ATTRIBUTE_PREFIX = "attribute.";

    /** Makes the one that is needed. */
    public ScrapeDecoder() {}

    /** What is known of a target's scrapes before one is made. */
    static Map<String, String> headers(ScrapeTarget target) {
        ScrapeTerms terms = target.terms();
        ScrapeTerms.Limits limits = terms.limits();
        Map<String, String> headers = new HashMap<>();
        headers.put(JOB, target.job());
        headers.put(INSTANCE, target.url().toString());
        target.attributes().forEach((key, value) -> headers.put(ATTRIBUTE_PREFIX + key, value));
        headers.put(MAX_SAMPLES, Integer.toString(limits.maxSamples()));
        headers.put(MAX_LABELS, Integer.toString(limits.maxLabels()));
        headers.put(MAX_BODY_BYTES, Integer.toString(limits.maxBodyBytes()));
        if (!terms.honorLabels()) {
            headers.put(LABELS, IGNORED);
        }
        if (!terms.honorTimestamps()) {
            headers.put(TIMESTAMPS, IGNORED);
        }
        return headers;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String signal() {
        return SIGNAL;
    }

    /** It is us who ask; nobody sends the same scrape again. */
    @Override
    public boolean repeats() {
        return false;
    }

    @Override
    public void decode(LogEntry entry, byte[] body, int length, Accumulator into)
            throws MalformedRequestException {
        Map<String, String> headers = entry.headers();
        if (headers.containsKey(FAILURE)) {
            new Walk(entry, into).down();
            return;
        }
        ExpositionFormat format = ExpositionFormat.of(headers.getOrDefault(CONTENT_TYPE, ""));
        Walk walk = new Walk(entry, into);
        walk.requireWithin(MAX_BODY_BYTES, length, "bytes");
        walk.gather(format.walk(body, length));
        walk.tell(format.walk(body, length));
        walk.up();
    }

    /**
     * Two walks over one exposition. The first gathers what lines say about other lines, and
     * refuses an exposition that is not well-formed before anything of it is counted; the second
     * tells of each sample.
     */
    private static final class Walk {

        private static final double NANOS_PER_SECOND = 1e9;
        private static final String CREATED = "_created";
        private static final String TOTAL = "_total";
        private static final String LE = "le";

        private final LogEntry entry;
        private final Accumulator into;
        private final StreamDigest target = new StreamDigest();
        private final StreamDigest stream = new StreamDigest();
        private final Text stem = new Text();
        private final Map<Extract.Identity, Long> createdNanos = new HashMap<>();
        private final Map<Extract.Identity, Histogram> histograms = new LinkedHashMap<>();
        private final Set<Extract.Identity> told = new HashSet<>();
        private final LabelDigest labels = new LabelDigest();
        private final Map<String, Text> exported = new LinkedHashMap<>();
        private final boolean ownTimes;
        private int samples;

        private final Set<Extract.Identity> natives = new HashSet<>();

        /** A classic histogram and where it begins. */
        private record Histogram(String place, CumulativeBuckets buckets) {}

        Walk(LogEntry entry, Accumulator into) {
            this.entry = entry;
            this.into = into;
            this.ownTimes = !IGNORED.equals(entry.headers().get(TIMESTAMPS));
            Attributes resource = into.beginResource();
            resource(resource, JOB, entry.headers().getOrDefault(JOB, ""));
            resource(resource, INSTANCE, entry.headers().getOrDefault(INSTANCE, ""));
            entry.headers()
                    .forEach(
                            (header, value) -> {
                                if (header.startsWith(ATTRIBUTE_PREFIX)) {
                                    resource(
                                            resource,
                                            header.substring(ATTRIBUTE_PREFIX.length()),
                                            value);
                                }
                            });
            into.endResource();
            if (!IGNORED.equals(entry.headers().get(LABELS))) {
                exported.clear();
            }
        }

        private void resource(Attributes resource, String key, String value) {
            Text keyText = Text.of(key);
            Text valueText = Text.of(value);
            addPart(target, StreamDigest.Level.RESOURCE, keyText, valueText);
            set(resource, keyText, valueText);
            exported.put(key, Text.of("exported_" + key));
        }

        /** Sets a sample's label, under another name if it is the target's own. */
        private void label(Attributes attributes, Text name, Text value) {
            for (Map.Entry<String, Text> own : exported.entrySet()) {
                if (name.is(own.getKey())) {
                    set(attributes, own.getValue(), value);
                    return;
                }
            }
            set(attributes, name, value);
        }

        private void set(Attributes attributes, Text key, Text value) {
            int slot = into.keys().indexOf(key.bytes(), key.offset(), key.length());
            if (slot >= 0) {
                attributes.text(slot, value.bytes(), value.offset(), value.length());
            }
        }

        void down() {
            if (into.admitUnheard(entry.receivedAtNanos())) {
                tellOwn("up", 0);
            }
        }

        void up() {
            long nanos = Long.parseLong(entry.headers().getOrDefault(DURATION_NANOS, "0"));
            admitOwn("up", 1);
            admitOwn("scrape_duration_seconds", nanos / NANOS_PER_SECOND);
            admitOwn("scrape_samples_scraped", samples);
        }

        private void admitOwn(String name, double value) {
            if (into.admit(entry.receivedAtNanos())) {
                tellOwn(name, value);
            }
        }

        private void tellOwn(String name, double value) {
            if (select(Text.of(name))) {
                into.beginEvent();
                into.value(entry.receivedAtNanos(), value, Accumulator.ONE);
            }
        }

        void gather(Samples cursor) throws MalformedRequestException {
            int maxSamples = limit(MAX_SAMPLES);
            int maxLabels = limit(MAX_LABELS);
            int seen = 0;
            while (cursor.next()) {
                if (++seen > maxSamples) {
                    throw over(maxSamples, "samples");
                }
                if (cursor.labels() > maxLabels) {
                    throw over(maxLabels, "labels of one sample, at " + cursor.place());
                }
                if (cursor.name().endsWith(CREATED)) {
                    stem.setWithout(cursor.name(), CREATED.length());
                    createdNanos.put(
                            identity(cursor, stem), ExpositionCursor.nanos(cursor.value()));
                } else if (isBucket(cursor)) {
                    gatherBucket(cursor);
                } else if (cursor.histogram() != null) {
                    natives.add(identity(cursor, cursor.family()));
                }
            }
            for (Histogram histogram : histograms.values()) {
                if (!histogram.buckets.isWhole()) {
                    throw new MalformedRequestException(
                            RejectReason.MALFORMED,
                            histogram.place
                                    + ": the buckets of a histogram must not fall as le rises, and"
                                    + " must end with le=\"+Inf\"");
                }
            }
        }

        void requireWithin(String limit, int size, String what) throws MalformedRequestException {
            if (size > limit(limit)) {
                throw over(limit(limit), what);
            }
        }

        private int limit(String header) {
            String max = entry.headers().get(header);
            return max == null ? Integer.MAX_VALUE : Integer.parseInt(max);
        }

        private static MalformedRequestException over(int max, String what) {
            return new MalformedRequestException(
                    RejectReason.OVERSIZE,
                    "the exposition has more than the allowed " + max + " " + what);
        }

        private void gatherBucket(Samples cursor) throws MalformedRequestException {
            Histogram histogram =
                    histograms.computeIfAbsent(
                            identity(cursor, cursor.family()),
                            _ -> new Histogram(cursor.place(), new CumulativeBuckets(true)));
            if (!histogram.buckets.add(le(cursor), cursor.value())) {
                throw cursor.malformed("a bucket needs a le that no other has, and a whole count");
            }
        }

        void tell(Samples cursor) throws MalformedRequestException {
            while (cursor.next()) {
                samples++;
                boolean running = isRunning(cursor);
                long timeNanos =
                        !ownTimes || cursor.timestampNanos() == Samples.NO_TIMESTAMP
                                ? entry.receivedAtNanos()
                                : cursor.timestampNanos();
                NativeHistogram fine = cursor.histogram();
                boolean countable =
                        fine != null ? fine.complete() : !running || isCount(cursor.value());
                boolean valid = countable && told.add(identityOfSample(cursor));
                if (!valid) {
                    into.reject(RejectReason.INVALID_VALUE);
                }
                boolean admitted = valid && into.admit(timeNanos);
                if (fine != null) {
                    tellHistogram(cursor, timeNanos, admitted ? fine : null);
                } else if (admitted) {
                    tellSample(cursor, timeNanos, running);
                    if (isBucket(cursor)
                            && le(cursor) == Double.POSITIVE_INFINITY
                            && !natives.contains(identity(cursor, cursor.family()))) {
                        tellHistogram(cursor, timeNanos, null);
                    }
                }
            }
        }

        private void tellSample(Samples cursor, long timeNanos, boolean running) {
            if (!select(cursor.name())) {
                return;
            }
            Attributes attributes = into.beginEvent();
            for (int i = 0; i < cursor.labels(); i++) {
                label(attributes, cursor.labelName(i), cursor.labelValue(i));
            }
            if (running) {
                long startNanos = startNanos(cursor, timeNanos);
                identityOfSample(cursor);
                into.running(
                        stream,
                        startNanos,
                        timeNanos,
                        Math.round(cursor.value() * Accumulator.ONE),
                        false);
            } else {
                into.value(timeNanos, cursor.value(), Accumulator.ONE);
            }
        }

        /**
         * A histogram as a whole: the native one, or the bucket that every classic one has, stands
         * for all of it. What came in both forms is told once.
         *
         * @param fine null if there is no native one that can be used
         */
        private void tellHistogram(Samples cursor, long timeNanos, @Nullable NativeHistogram fine) {
            Histogram classic = histograms.get(identity(cursor, cursor.family()));
            boolean counts = cursor.type() == Samples.Type.HISTOGRAM;
            if (!counts || (classic == null && fine == null) || !select(cursor.family())) {
                return;
            }
            Attributes attributes = into.beginEvent();
            for (int i = 0; i < cursor.labels(); i++) {
                if (!cursor.labelName(i).is(LE)) {
                    label(attributes, cursor.labelName(i), cursor.labelValue(i));
                }
            }
            long startNanos = startNanos(cursor, timeNanos);
            identity(cursor, cursor.family());
            into.runningDistribution(
                    stream, startNanos, timeNanos, distribution(classic, fine), false);
        }

        private static Distribution distribution(
                @Nullable Histogram classic, @Nullable NativeHistogram fine) {
            if (classic == null) {
                return Objects.requireNonNull(fine);
            }
            return fine == null ? classic.buckets : new EitherHistogram(classic.buckets, fine);
        }

        private boolean select(Text name) {
            SourceUnit unit = MetricNames.unit(name.bytes(), name.offset(), name.length());
            return into.selectMetric(name.bytes(), name.offset(), name.length(), unit);
        }

        private static boolean isRunning(Samples cursor) {
            Text name = cursor.name();
            return switch (cursor.type()) {
                case COUNTER -> !name.endsWith(CREATED);
                case HISTOGRAM, SUMMARY ->
                        name.is(cursor.family(), "_count")
                                || name.is(cursor.family(), "_sum")
                                || isBucket(cursor);
                case UNKNOWN -> name.endsWith(TOTAL);
                case GAUGE, GAUGE_HISTOGRAM, INFO, STATE_SET -> false;
            };
        }

        private static boolean isBucket(Samples cursor) {
            return cursor.type() == Samples.Type.HISTOGRAM
                    && cursor.name().is(cursor.family(), "_bucket");
        }

        private static boolean isCount(double value) {
            return value >= 0 && value <= Accumulator.MAX_COUNT;
        }

        private static double le(Samples cursor) {
            Text le = cursor.label(LE);
            return le == null ? Double.NaN : le.toNumber();
        }

        /** When a running total began; 0 if the exposition does not say, or says a time to come. */
        private long startNanos(Samples cursor, long timeNanos) {
            long own = cursor.startNanos();
            if (own > 0 && own <= timeNanos) {
                return own;
            }
            stem.set(cursor.family());
            if (stem.endsWith(TOTAL)) {
                stem.setWithout(stem, TOTAL.length());
            }
            long created = createdNanos.getOrDefault(identity(cursor, stem), 0L);
            return created > 0 && created <= timeNanos ? created : 0;
        }

        /**
         * Names a sample's stream and what else has these labels: {@code le} only tells apart what
         * is one histogram.
         */
        private Extract.Identity identity(Samples cursor, Text name) {
            stream.set(target);
            stream.add(StreamDigest.Level.METRIC, name.bytes(), name.offset(), name.length());
            for (int i = 0; i < cursor.labels(); i++) {
                if (!cursor.labelName(i).is(LE)) {
                    addPart(
                            stream,
                            StreamDigest.Level.POINT,
                            cursor.labelName(i),
                            cursor.labelValue(i));
                }
            }
            return stream.identity();
        }

        private Extract.Identity identityOfSample(Samples cursor) {
            identity(cursor, cursor.name());
            Text le = cursor.label(LE);
            if (le != null) {
                stream.add(StreamDigest.Level.POINT, le.bytes(), le.offset(), le.length());
            }
            return stream.identity();
        }

        private void addPart(StreamDigest to, StreamDigest.Level level, Text key, Text value) {
            labels.add(
                    to,
                    level,
                    key.bytes(),
                    key.offset(),
                    key.length(),
                    value.bytes(),
                    value.offset(),
                    value.length());
        }
    }
}
