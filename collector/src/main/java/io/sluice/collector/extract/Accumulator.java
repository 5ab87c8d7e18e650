package io.sluice.collector.extract;

import io.sluice.collector.match.Attributes;
import io.sluice.collector.match.ByteStrings;
import io.sluice.collector.match.CanonicalText;
import io.sluice.collector.match.Hit;
import io.sluice.collector.match.Matchers;
import io.sluice.collector.match.Matching;
import io.sluice.collector.match.Tap;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.ExactSum;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Increase;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.RejectReason;
import io.sluice.engine.series.Sketch;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Sums up what one request contributes while a {@link Decoder} walks over it. The decoder says, in
 * this order:
 *
 * <ol>
 *   <li>{@link #beginResource}, the resource's attributes, {@link #endResource};
 *   <li>{@link #selectSpans}, {@link #selectEvents} or, for each metric or query, {@link
 *       #selectMetric} or {@link #selectQuery}: whether any measure wants what follows;
 *   <li>for each item {@link #beginEvent()}, its attributes (only those among {@link #keys}), then
 *       {@link #reject} or {@link #admit}, and if admitted and wanted what it is: {@link #span},
 *       {@link #logRecord}, {@link #value}, {@link #increase}, {@link #distribution}, {@link
 *       #running}, {@link #runningDistribution} or {@link #answer}.
 * </ol>
 *
 * Reused from request to request; allocates per distinct measure, bucket and group, not per event.
 * Not thread-safe.
 */
public final class Accumulator {

    /** An event further in the future than this is refused. */
    public static final Duration MAX_FUTURE = Duration.ofMinutes(10);

    /** An event older than this is refused, unless its source is declared backfill. */
    public static final Duration MAX_AGE = Duration.ofDays(2);

    /** An event older than this is refused from any source. */
    public static final Duration MAX_BACKFILL_AGE = Duration.ofDays(400);

    /**
     * What a counter counted in a longer time counts at its end: every bucket between costs memory,
     * and senders choose the time.
     */
    public static final Duration MAX_SPREAD = Duration.ofMinutes(10);

    /** How many bad events of a measure a request names for people to look at. */
    public static final int MAX_EXEMPLARS = 4;

    /**
     * How many distinct groups and breakdown values a request may bring; further ones go to the
     * overflow group.
     */
    public static final int MAX_GROUPS = 10_000;

    /**
     * How many distinct services a request may bring heartbeats of; further ones are counted
     * without.
     */
    public static final int MAX_SERVICES = 1_000;

    /**
     * A sampled event stands for at most so many, 2^20: a sender's mistake must not outweigh
     * everybody else.
     */
    public static final long MAX_WEIGHT_THOUSANDTHS = 1_000L << 20;

    /** The weight of an event that was not sampled. */
    public static final long ONE = 1_000;

    /** Counts up to here are whole as doubles and still fit a long in thousandths. */
    public static final long MAX_COUNT = 1L << 53;

    /** How long a trace id is. */
    public static final int TRACE_ID_BYTES = 16;

    /** Where the trace id of an event lies that has none. */
    public static final int NO_TRACE_ID = -1;

    private static final long BUCKET_NANOS = 10_000_000_000L;
    private static final long BUCKET_SECONDS = 10;
    private static final byte[] NO_BYTES = {};
    private static final int NOT_ASKED = -2;

    private final Matchers matchers;
    private final Matching matching;
    private final RequestSums sums;
    private final Map<Class<?>, Object> memories = new HashMap<>();
    private long newestNanos;
    private long oldestNanos;
    private int service;
    private long lastHeartbeat;
    private SourceUnit unit = SourceUnit.OTHER;

    // The event at hand: its bucket, and its group by the slot that was asked for last.
    private long bucket;
    private int groupSlot = NOT_ASKED;
    private int group;
    private @Nullable Shape shape;

    private final @Nullable EventListener listener;

    Accumulator(Matchers matchers) {
        this(matchers, null);
    }

    /**
     * @param listener is told of single events; there are no sums to be asked for then
     */
    Accumulator(Matchers matchers, @Nullable EventListener listener) {
        this.listener = listener;
        this.matchers = matchers;
        this.matching = matchers.matching();
        this.sums = new RequestSums(matchers);
    }

    /** Begins a request. */
    void begin(LogEntry entry) {
        sums.begin();
        service = TextInterner.EMPTY;
        newestNanos = entry.receivedAtNanos() + MAX_FUTURE.toNanos();
        oldestNanos =
                entry.receivedAtNanos() - (entry.backfill() ? MAX_BACKFILL_AGE : MAX_AGE).toNanos();
    }

    /** Says how many of the accepted items are of a kind that the sender wants to know of. */
    public void tell(String kind, long count) {
        sums.acceptedOfKind(kind, count);
    }

    /** Everything that was said since {@link #begin}. */
    Extract finish(Extract.@Nullable Identity identity, String signal) {
        return sums.finish(identity, signal);
    }

    /**
     * The attribute keys that matter: a key's index is its slot in {@link Attributes}; other
     * attributes may be skipped.
     */
    public ByteStrings keys() {
        return matchers.keys();
    }

    /** Begins a resource: set its attributes, then call {@link #endResource}. */
    public Attributes beginResource() {
        return matching.beginResource();
    }

    /** Ends a resource's attributes; nothing is selected any more. */
    public void endResource() {
        matching.endResource();
        service = sums.service(matching.service());
        lastHeartbeat = Long.MIN_VALUE;
    }

    /**
     * Spans follow; false if no measure wants any of this resource, so that only their ids and
     * times matter.
     */
    public boolean selectSpans() {
        unit = SourceUnit.NANOSECONDS;
        return matching.selectSpans();
    }

    /**
     * Log records follow; false if no measure wants any of this resource, so that only their times
     * matter.
     */
    public boolean selectEvents() {
        unit = SourceUnit.OTHER;
        return matching.selectEvents();
    }

    /**
     * Points of a metric follow; false if no measure wants them, so that only their validity
     * matters.
     */
    public boolean selectMetric(byte[] name, int offset, int length, SourceUnit unit) {
        this.unit = unit;
        return matching.selectMetric(name, offset, length);
    }

    /**
     * The points of an answer follow; false if the measure does not ask so, so that only their
     * validity matters.
     *
     * @param measure the id of the one that asked
     * @param dataSource whom it asked; null for whoever is usual
     */
    public boolean selectQuery(String measure, @Nullable String dataSource, String query) {
        unit = SourceUnit.OTHER;
        return matching.selectQuery(measure, dataSource, query);
    }

    /**
     * The event at hand is of this trace, whether or not any measure wants it: whoever looks for
     * the trace will find it.
     */
    public void ofTrace(byte[] bytes, int traceIdOffset) {
        sums.trace(bytes, traceIdOffset);
    }

    /** Begins an event: set its attributes. */
    public Attributes beginEvent() {
        shape = null;
        return matching.beginEvent();
    }

    /** What was selected and set for the event at hand, for those that are like it. */
    public Shape shape() {
        return Shape.of(matchers, matching, unit);
    }

    /**
     * Begins an event like an earlier one, in place of selecting and setting anything; its resource
     * must be like the earlier one's, too.
     */
    public void beginEvent(Shape like) {
        shape = like;
        unit = like.unit();
    }

    /**
     * What a decoder remembers from request to request, for as long as what is counted is the same.
     *
     * @param first makes it the first time
     */
    public <T> T memory(Class<T> type, Supplier<T> first) {
        return type.cast(memories.computeIfAbsent(type, _ -> first.get()));
    }

    /** Refuses one item. */
    public void reject(RejectReason reason) {
        sums.reject(service, reason);
    }

    /**
     * Accepts one item if its time is within bounds, else refuses it.
     *
     * @param timeNanos when the event counts (a span at its end): nanoseconds since the epoch,
     *     unsigned as on the wire
     * @return whether it was accepted and may be counted
     */
    public boolean admit(long timeNanos) {
        if (!admitUnheard(timeNanos)) {
            return false;
        }
        long bucket = bucket(timeNanos);
        if (service != TextInterner.EMPTY
                && service != TextInterner.OVERFLOW
                && bucket != lastHeartbeat) {
            sums.heard(bucket, service);
            lastHeartbeat = bucket;
        }
        return true;
    }

    /**
     * The same for what is said of a service by another, which is no sign that the service lives: a
     * target could not be scraped.
     */
    public boolean admitUnheard(long timeNanos) {
        if (timeNanos < 0 || timeNanos > newestNanos) {
            reject(RejectReason.FUTURE);
            return false;
        }
        if (timeNanos < oldestNanos) {
            reject(RejectReason.TOO_OLD);
            return false;
        }
        sums.accept(timeNanos);
        return true;
    }

    /**
     * Counts a span, whose attributes were set.
     *
     * @param kind OTLP's number of its kind
     * @param traceIdOffset where its 16 bytes of trace id lie in {@code bytes}
     * @param weightThousandths how many spans it stands for; {@link #ONE} unless it was sampled
     */
    public void span(
            byte[] bytes,
            int nameOffset,
            int nameLength,
            long kind,
            int traceIdOffset,
            long startNanos,
            long endNanos,
            long weightThousandths) {
        matching.span(bytes, nameOffset, nameLength, kind);
        event(endNanos, (double) (endNanos - startNanos), weightThousandths, bytes, traceIdOffset);
    }

    /**
     * Counts a log record, whose attributes were set. It has no value: measures that judge values
     * do not want it.
     *
     * @param nameOffset where the name of its event lies in {@code bytes}; if it is empty, the
     *     attribute {@code event.name} is asked
     * @param traceIdOffset where its 16 bytes of trace id lie, or {@link #NO_TRACE_ID}
     */
    public void logRecord(
            byte[] bytes, int nameOffset, int nameLength, int traceIdOffset, long timeNanos) {
        matching.logRecord(bytes, nameOffset, nameLength);
        for (Hit hit : match(timeNanos)) {
            if (hit.counts()) {
                int good = hit.good();
                int total = hit.total();
                count(hit, good, total, good * ONE, total * ONE);
                if (total > good) {
                    exemplify(hit.measure(), timeNanos, Double.NaN, bytes, traceIdOffset);
                }
            }
        }
    }

    /**
     * Counts one event that has a value: a gauge's point, a timer's sample. A value that is no
     * finite number is accepted and not counted. One that some measure takes for a share, and is
     * none, is refused after all.
     *
     * @param weightThousandths how many events it stands for; {@link #ONE} unless it was sampled
     */
    public void value(long timeNanos, double value, long weightThousandths) {
        if (Double.isFinite(value)) {
            event(timeNanos, value, weightThousandths, NO_BYTES, NO_TRACE_ID);
        }
    }

    private void event(
            long timeNanos, double value, long weightThousandths, byte[] bytes, int traceIdOffset) {
        List<Hit> hits = match(timeNanos);
        boolean noShare = false;
        for (int i = 0; i < hits.size(); i++) {
            Hit hit = hits.get(i);
            Tap alone = hit.alone();
            if (alone != null) {
                noShare |= !takes(hit, alone, value);
                continue;
            }
            int good = hit.good();
            int total = hit.total();
            double judged = Double.NaN;
            for (int j = 0; j < hit.judging().size(); j++) {
                Tap tap = hit.judging().get(j);
                judged = unit.convert(value, tap.unit());
                good += Judgement.isGood(tap, value, unit) ? 1 : 0;
                total++;
            }
            if (listener != null) {
                if (traceIdOffset != NO_TRACE_ID && (good > 0 || total > 0)) {
                    listener.event(
                            hit.measure(),
                            good >= total,
                            bytes,
                            traceIdOffset,
                            timeNanos,
                            sums.groups().text(group(hit.measure())),
                            judged);
                }
                continue;
            }
            Cell cell =
                    count(hit, good, total, good * weightThousandths, total * weightThousandths);
            if (!Double.isNaN(judged)) {
                cell.sketch().add(judged);
            }
            if (total > good) {
                exemplify(hit.measure(), timeNanos, judged, bytes, traceIdOffset);
            }
        }
        if (noShare) {
            takeBack();
        }
    }

    /** Counts a value for a tap that is alone; false if it must not be such a value. */
    private boolean takes(Hit hit, Tap alone, double value) {
        return switch (alone.definition()) {
            case Measure.Tap.Share share -> share(hit, share, value);
            case Measure.Tap.Sum sum -> {
                long steps = ExactSum.steps(unit.convert(value, sum.unit()), sum.unit());
                if (steps != ExactSum.NOT_TAKEN && listener == null) {
                    count(
                            hit,
                            1,
                            1,
                            ExactSum.goodThousandths(steps),
                            ExactSum.totalThousandths(steps));
                }
                yield true;
            }
            case Measure.Tap.Count _, Measure.Tap.Judge _, Measure.Tap.Sample _ ->
                    throw new IllegalStateException(alone.definition() + " is not alone");
        };
    }

    /** Counts a point that is a share; false if it is none. */
    private boolean share(Hit hit, Measure.Tap.Share share, double value) {
        if (!Judgement.isShare(value)) {
            return false;
        }
        long good = Judgement.goodPart(share, value);
        int whole = good == Measure.Tap.Share.ONE ? 1 : 0;
        count(hit, whole, 1, good, Measure.Tap.Share.ONE);
        return true;
    }

    /** The item that was admitted last is refused after all. */
    private void takeBack() {
        sums.takeBack(service, RejectReason.INVALID_VALUE);
    }

    private void exemplify(
            int measure, long timeNanos, double judged, byte[] bytes, int traceIdOffset) {
        if (traceIdOffset != NO_TRACE_ID) {
            sums.exemplar(measure, group(measure), timeNanos, judged, bytes, traceIdOffset);
        }
    }

    /**
     * Counts an increase of a counter at an instant. Measures that judge values do not want it.
     *
     * @param count whole events as they came, at most {@link #MAX_COUNT} either way
     * @param thousandths the same, adjusted for sampling and with the fraction that {@code count}
     *     leaves out
     */
    public void increase(long timeNanos, long count, long thousandths) {
        increase(timeNanos, timeNanos, count, thousandths);
    }

    /**
     * Counts what a counter counted since an instant, shared out over the buckets between; over
     * more than {@link #MAX_SPREAD}, or if it is not known since when, all of it where it ends.
     *
     * @param startNanos since when; 0 if that is not known
     */
    public void increase(long startNanos, long timeNanos, long count, long thousandths) {
        for (Hit hit : match(timeNanos)) {
            if (hit.counts()) {
                int good = hit.good();
                int total = hit.total();
                count(
                        hit,
                        startNanos,
                        timeNanos,
                        good * count,
                        total * count,
                        good * thousandths,
                        total * thousandths,
                        null);
            }
        }
    }

    /**
     * Counts values that came counted in buckets, each as one event; shared out as by {@link
     * #increase}.
     */
    public void distribution(long startNanos, long timeNanos, Distribution values) {
        for (Hit hit : match(timeNanos)) {
            if (hit.alone() != null) {
                continue;
            }
            long good = 0;
            long total = 0;
            for (Tap tap : hit.taps()) {
                good += Judgement.good(tap, values, unit);
                total += Judgement.total(tap, values);
            }
            Sketch sketch =
                    hit.judging().isEmpty() ? null : sketch(hit.judging().getFirst(), values);
            count(hit, startNanos, timeNanos, good, total, good * ONE, total * ONE, sketch);
        }
    }

    private @Nullable Sketch sketch(Tap judging, Distribution values) {
        if (!values.sketches()) {
            return null;
        }
        Sketch sketch = new Sketch();
        values.addTo(sketch, unit, judging.unit());
        return sketch;
    }

    private void count(
            Hit hit,
            long startNanos,
            long timeNanos,
            long good,
            long total,
            long goodThousandths,
            long totalThousandths,
            @Nullable Sketch sketch) {
        boolean spreads =
                startNanos > 0
                        && timeNanos - startNanos > BUCKET_NANOS
                        && timeNanos - startNanos <= MAX_SPREAD.toNanos();
        if (!spreads) {
            Cell cell = count(hit, good, total, goodThousandths, totalThousandths);
            if (sketch != null) {
                cell.sketch().merge(sketch);
            }
            return;
        }
        new Increase(startNanos, timeNanos, good, total, goodThousandths, totalThousandths, sketch)
                .shareOut(
                        (in, goodShare, totalShare, goodPart, totalPart, values) -> {
                            bucket = in;
                            Cell cell = count(hit, goodShare, totalShare, goodPart, totalPart);
                            if (values != null) {
                                cell.sketch().merge(values);
                            }
                        });
        bucket = bucket(timeNanos);
    }

    /**
     * Tells of a counter that only grows; apply will know by how much. Measures that judge values
     * do not want it.
     *
     * @param startNanos when it began; 0 if it does not say
     * @param thousandths the running count
     * @param stale whether this is the mark of a stream that ended, which has no count
     */
    public void running(
            StreamDigest stream, long startNanos, long timeNanos, long thousandths, boolean stale) {
        for (Hit hit : match(timeNanos)) {
            for (Tap tap : hit.taps()) {
                if (tap.definition() instanceof Measure.Tap.Count(_, var good, var total)) {
                    observe(
                            tap,
                            stream,
                            startNanos,
                            timeNanos,
                            good * thousandths,
                            total * thousandths,
                            stale,
                            null);
                }
            }
        }
    }

    /**
     * Tells of a point of an answer. To what counts it is a running total of unknown beginning,
     * which goes on from wherever it falls to; to what judges or sums up it is one value, and to
     * what takes shares one share, or refused.
     *
     * @param value finite
     */
    public void answer(StreamDigest stream, long timeNanos, double value) {
        if (value >= 0 && value <= MAX_COUNT) {
            long thousandths = Math.round(value * ONE);
            running(stream, Extract.Observation.REBASES, timeNanos, thousandths, false);
        }
        boolean noShare = false;
        for (Hit hit : match(timeNanos)) {
            Tap alone = hit.alone();
            if (alone != null) {
                noShare |= !takes(hit, alone, value);
            }
            for (Tap tap : hit.judging()) {
                int good = Judgement.isGood(tap, value, unit) ? 1 : 0;
                count(hit, good, 1, good * ONE, ONE).sketch().add(unit.convert(value, tap.unit()));
            }
        }
        if (noShare) {
            takeBack();
        }
    }

    /**
     * Tells of a growing number of values in buckets; the parameters are those of {@link #running}.
     */
    public void runningDistribution(
            StreamDigest stream,
            long startNanos,
            long timeNanos,
            Distribution values,
            boolean stale) {
        for (Hit hit : match(timeNanos)) {
            for (Tap tap : hit.alone() == null ? hit.taps() : List.<Tap>of()) {
                if (!stale && !Judgement.decides(tap, values, unit)) {
                    continue;
                }
                long good = stale ? 0 : Judgement.good(tap, values, unit) * ONE;
                long total = stale ? 0 : Judgement.total(tap, values) * ONE;
                boolean judges = hit.judging().contains(tap);
                Sketch sketch = judges && !stale ? sketch(tap, values) : null;
                observe(tap, stream, startNanos, timeNanos, good, total, stale, sketch);
            }
        }
    }

    private List<Hit> match(long timeNanos) {
        groupSlot = NOT_ASKED;
        bucket = bucket(timeNanos);
        Shape like = shape;
        return like == null ? matching.match() : like.hits();
    }

    private void observe(
            Tap tap,
            StreamDigest stream,
            long startNanos,
            long timeNanos,
            long good,
            long total,
            boolean stale,
            @Nullable Sketch sketch) {
        sums.observation(
                new Extract.Observation(
                        tap.measure(),
                        sums.identity(
                                stream.high() ^ tap.digestHigh(), stream.low() ^ tap.digestLow()),
                        sums.groups().text(group(tap.measure())),
                        startNanos,
                        timeNanos,
                        good,
                        total,
                        stale,
                        sketch));
    }

    private Cell count(
            Hit hit, long good, long total, long goodThousandths, long totalThousandths) {
        int measure = hit.measure();
        Cell cell = sums.cell(measure, bucket, group(measure));
        cell.add(good, total, goodThousandths, totalThousandths);
        if (total > good) {
            countBad(measure, bucket, total - good);
        }
        return cell;
    }

    private void countBad(int measure, long bucket, long count) {
        for (int slot : matchers.breakdownSlots(measure)) {
            int text = text(slot);
            if (text != Shape.NO_TEXT) {
                sums.bad(measure, bucket, slot, text, count);
            }
        }
    }

    /**
     * The group of a measure that the event belongs to: looked up once per event for most measures.
     */
    private int group(int measure) {
        int slot = matchers.groupSlot(measure);
        if (slot != groupSlot) {
            int text = slot < 0 ? Shape.NO_TEXT : text(slot);
            groupSlot = slot;
            group = text == Shape.NO_TEXT ? TextInterner.EMPTY : text;
        }
        return group;
    }

    /** The number of the text that the event has in a slot, or {@link Shape#NO_TEXT}. */
    private int text(int slot) {
        Shape like = shape;
        if (like != null) {
            return like.number(slot, sums.groups());
        }
        CanonicalText value = matching.text(slot);
        return value == null
                ? Shape.NO_TEXT
                : sums.groups().intern(value.bytes(), value.offset(), value.length());
    }

    private static long bucket(long timeNanos) {
        return timeNanos / BUCKET_NANOS * BUCKET_SECONDS;
    }
}
