package io.sluice.engine.fold;

import io.sluice.engine.limit.Offender;
import io.sluice.engine.limit.Offenders;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extract.Identity;
import io.sluice.engine.measure.Increase;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.Sketch;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Makes counts of extracts, taken in log order: the same for what is in force ({@link Fold}) and
 * for what is counted after the fact ({@link Retroactive}). What a measure's counts are follows
 * from the log alone. Not thread-safe.
 */
final class Ledger {
    /** How often old buckets are made coarser and silent streams forgotten, by the log's clock. */
    private static final long TIDY_EVERY_SECONDS = 3600;

    /** The names of the limits in {@link io.sluice.engine.EngineLimits}. */
    private static final String GROUPS_RULE = "groupsPerSli";

    private static final String SERIES_RULE = "series";

    private final SeriesTable series;
    private final Repeats repeats;
    private final Groups groups;
    private final Counters counters = new Counters();
    private final Exemplars exemplars = new Exemplars();
    private final ToLongFunction<String> knownSinceNanos;
    private MeasurePlan plan = MeasurePlan.NOTHING;

    /** What tells each measure's streams from those of others, by its index. */
    private List<Identity> identities = List.of();

    /** The log's clock: the latest time at which a record was received. */
    private long clockSecond;

    private long repeatedRequests;
    private long repeatedItems;
    private long overflowed;
    private long overflowedGroups;
    private Map<String, String> labels = Map.of();
    private final Offenders newSeries = new Offenders(Offender.What.NEW_SERIES);
    private final Offenders overflow = new Offenders(Offender.What.OVERFLOW);

    /**
     * @param knownSinceNanos since when, by the log's clock, a measure is counted
     */
    Ledger(SeriesTable series, Fold.Limits limits, ToLongFunction<String> knownSinceNanos) {
        this.series = series;
        this.repeats = new Repeats(limits.repeatRequests());
        this.groups = new Groups(series, limits.groupsPerMeasure(), limits.seriesInAll());
        this.knownSinceNanos = knownSinceNanos;
    }

    SeriesTable series() {
        return series;
    }

    Repeats repeats() {
        return repeats;
    }

    Counters counters() {
        return counters;
    }

    Exemplars exemplars() {
        return exemplars;
    }

    long clockSecond() {
        return clockSecond;
    }

    /** Goes on at this time of the log's clock. */
    void startAt(long second) {
        clockSecond = second;
        series.compact(second);
    }

    /** What people call a series: its SLI, and the attribute of its bad events. */
    private String label(String name) {
        return labels.getOrDefault(name, name);
    }

    private static Map<String, String> labels(MeasurePlan plan) {
        Map<String, String> labels = new HashMap<>();
        labels.put(SeriesKey.heartbeat("").measure(), "services that are heard of");
        for (Measure measure : plan.measures()) {
            labels.put(measure.id(), measure.sli());
            for (Measure.Tap tap : measure.taps()) {
                tap.source()
                        .breakdownBy()
                        .forEach(
                                by ->
                                        labels.put(
                                                SeriesKey.badBy(measure.id(), by, "").measure(),
                                                measure.sli() + ", bad by " + by));
            }
        }
        return labels;
    }

    /** Which SLIs have most new groups, and most that found no place. */
    List<Offender> offenders() {
        return Stream.concat(newSeries.worst().stream(), overflow.worst().stream()).toList();
    }

    /** From now on, these limits hold. */
    void use(Fold.Limits limits) {
        repeats.limit(limits.repeatRequests());
        groups.limit(limits.groupsPerMeasure(), limits.seriesInAll());
    }

    /** From now on, extracts are of this plan. */
    void use(MeasurePlan next) {
        plan = next;
        identities =
                next.measures().stream().map(measure -> Counters.identity(measure.id())).toList();
        labels = labels(next);
        retainGroups();
    }

    private void retainGroups() {
        groups.retain(limitedNames());
    }

    /** The names of series whose groups are limited. */
    private Set<String> limitedNames() {
        Set<String> names = new HashSet<>();
        names.add(SeriesKey.heartbeat("").measure());
        plan.measures().forEach(measure -> names.addAll(limitedNames(measure)));
        return names;
    }

    private static Set<String> limitedNames(Measure measure) {
        Set<String> names = new HashSet<>();
        names.add(measure.id());
        for (Measure.Tap tap : measure.taps()) {
            tap.source()
                    .breakdownBy()
                    .forEach(by -> names.add(SeriesKey.badBy(measure.id(), by, "").measure()));
        }
        return names;
    }

    /** Whether series of this name are counted. */
    boolean counts(String name) {
        String whole = Backfilled.whole(name);
        return limitedNames().contains(whole)
                || plan.measures().stream()
                        .flatMap(measure -> plan.slicesOf(measure.id()).stream())
                        .anyMatch(slices -> slices.measure().equals(whole));
    }

    /**
     * Fills what slices are judged by from what is kept of their measures, where it was not counted
     * so far.
     *
     * @param counted the names of series of slices that were
     * @return the names of those that are from now on
     */
    Set<String> seedSlices(Set<String> counted) {
        Set<String> names = new TreeSet<>();
        for (Measure measure : plan.measures()) {
            for (SeriesKey slices : plan.slicesOf(measure.id())) {
                names.add(slices.measure());
                if (!counted.contains(slices.measure())) {
                    SeriesKey whole = new SeriesKey(measure.id(), "");
                    series.seed(slices, whole.measure());
                    series.seed(Backfilled.of(slices), Backfilled.of(whole).measure());
                }
            }
        }
        return names;
    }

    /**
     * Takes another ledger's counts of some measures in place of what was counted of them here.
     * Both have come to the same place in the log.
     *
     * @param fromHour what was counted here stays before this time
     * @return the names of the series that were replaced
     */
    Set<String> adopt(Ledger other, Set<String> measures, long fromHour) {
        Set<String> names = new HashSet<>();
        for (Measure measure : other.plan.measures()) {
            if (measures.contains(measure.id())) {
                names.addAll(limitedNames(measure));
                names.add(Backfilled.of(new SeriesKey(measure.id(), "")).measure());
                for (SeriesKey slices : other.plan.slicesOf(measure.id())) {
                    names.add(slices.measure());
                    names.add(Backfilled.of(slices).measure());
                }
            }
        }
        series.adopt(other.series, names, fromHour);
        groups.forget(names);
        return names;
    }

    /** Takes the rest of it after its counts: streams, exemplars, and who was admitted follows. */
    void adoptState(Ledger other) {
        counters.adopt(other.counters);
        exemplars.adopt(other.exemplars);
        retainGroups();
    }

    /**
     * The log's clock goes on; it never goes back. Once an hour by it all is tidied, at the same
     * records in every replay.
     */
    void tick(LogEntry entry) {
        long second = Math.floorDiv(entry.receivedAtNanos(), Fold.NANOS_PER_SECOND);
        if (second <= clockSecond) {
            return;
        }
        if (second / TIDY_EVERY_SECONDS > clockSecond / TIDY_EVERY_SECONDS) {
            series.compact(second);
            counters.expire(second);
            groups.tidy();
        }
        clockSecond = second;
    }

    /** Counts what a record contributes, unless it is a repeat. */
    void take(Extract extract, LogRecord record) {
        Identity identity = extract.identity();
        if (identity == null
                || repeats.admit(identity, record.offset(), record.entry().receivedAtNanos())) {
            series.write(() -> count(extract, record));
        } else {
            repeatedRequests++;
            repeatedItems += extract.accepted();
        }
    }

    private void count(Extract extract, LogRecord record) {
        LogEntry entry = record.entry();
        boolean backfill = entry.backfill();
        List<Measure> measures = plan.measures();
        for (Extract.Counted c : extract.counts()) {
            add(
                    measures.get(c.measure()).id(),
                    c.group(),
                    c.bucket(),
                    c.good(),
                    c.total(),
                    c.goodThousandths(),
                    c.totalThousandths(),
                    c.sketch(),
                    backfill);
        }
        countObservations(extract, entry);
        for (Extract.BadBy b : extract.badBy()) {
            SeriesKey key =
                    SeriesKey.badBy(measures.get(b.measure()).id(), b.attribute(), b.value());
            series.add(admit(key), b.bucket(), 0, b.bad(), 0, 1000 * b.bad(), null, clockSecond);
        }
        for (Extract.Exemplar e : extract.exemplars()) {
            exemplars.add(measures.get(e.measure()).id(), e, record.offset());
        }
        for (Extract.Heartbeat h : extract.heartbeats()) {
            SeriesKey key = admit(SeriesKey.heartbeat(h.service()));
            series.add(key, h.bucket(), 1, 1, 1000, 1000, null, clockSecond);
            if (backfill) {
                series.add(Backfilled.of(key), h.bucket(), 1, 1, 1000, 1000, null, clockSecond);
            }
        }
    }

    private void countObservations(Extract extract, LogEntry entry) {
        Identity target = targetOf(entry);
        if (target != null) {
            counters.heard(target, entry.receivedAtNanos(), clockSecond);
        }
        Increments increments = new Increments();
        int measured = -1;
        long knownSince = 0;
        for (Extract.Observation o : extract.observations()) {
            if (o.measure() != measured) {
                measured = o.measure();
                knownSince = knownSinceNanos.applyAsLong(plan.measures().get(measured).id());
            }
            Increase increase =
                    counters.observe(identities.get(measured), o, target, knownSince, clockSecond);
            if (increase != null) {
                increments.add(o.measure(), o.group(), increase);
            }
        }
        increments.forEach(
                (measure, group, bucket, good, total, goodPart, totalPart, sketch) ->
                        add(
                                plan.measures().get(measure).id(),
                                group,
                                bucket,
                                good,
                                total,
                                goodPart,
                                totalPart,
                                sketch,
                                entry.backfill()));
    }

    private void add(
            String measure,
            String group,
            long bucket,
            long good,
            long total,
            long goodThousandths,
            long totalThousandths,
            @Nullable Sketch sketch,
            boolean backfill) {
        SeriesKey key = admit(new SeriesKey(measure, group));
        series.add(
                key, bucket, good, total, goodThousandths, totalThousandths, sketch, clockSecond);
        if (backfill) {
            series.add(
                    Backfilled.of(new SeriesKey(measure, "")),
                    bucket,
                    good,
                    total,
                    goodThousandths,
                    totalThousandths,
                    null,
                    clockSecond);
        }
        for (SeriesKey slices : plan.slicesOf(measure)) {
            series.add(
                    slices,
                    bucket,
                    good,
                    total,
                    goodThousandths,
                    totalThousandths,
                    null,
                    clockSecond);
            if (backfill) {
                series.add(
                        Backfilled.of(slices),
                        bucket,
                        good,
                        total,
                        goodThousandths,
                        totalThousandths,
                        null,
                        clockSecond);
            }
        }
    }

    private SeriesKey admit(SeriesKey key) {
        long before = groups.newGroups();
        String group = groups.admit(key.measure(), key.group());
        if (groups.newGroups() > before) {
            newSeries.add(label(key.measure()), "", groups.newGroups() - before);
        }
        if (group.equals(key.group())) {
            return key;
        }
        overflowed++;
        boolean full = groups.isFull(key.measure());
        overflowedGroups += full ? 1 : 0;
        overflow.add(label(key.measure()), full ? GROUPS_RULE : SERIES_RULE, 1);
        return new SeriesKey(key.measure(), group);
    }

    private static @Nullable Identity targetOf(LogEntry entry) {
        String target = entry.headers().get(LogEntry.TARGET);
        if (target == null) {
            return null;
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(target.getBytes(StandardCharsets.UTF_8));
            ByteBuffer bytes = ByteBuffer.wrap(digest);
            return new Identity(bytes.getLong(), bytes.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    long repeatedRequests() {
        return repeatedRequests;
    }

    long repeatedItems() {
        return repeatedItems;
    }

    Duration repeatHorizon() {
        return repeats.effectiveHorizon();
    }

    int seriesInForce() {
        return groups.size();
    }

    long overflowed() {
        return overflowed;
    }

    long overflowedGroups() {
        return overflowedGroups;
    }
}
