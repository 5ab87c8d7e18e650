package io.sluice.collector.extract;

import io.sluice.collector.match.CanonicalText;
import io.sluice.collector.match.Matchers;
import io.sluice.engine.log.TraceFilter;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What a request has come to so far: its items, its cells, what its bad events had in common, who
 * was heard of. Services and groups are numbers here until the request is over, so that nothing is
 * allocated for an event. Reused from request to request; not thread-safe.
 */
final class RequestSums {
    private final Matchers matchers;
    private final TextInterner groups = new TextInterner(Accumulator.MAX_GROUPS);
    private final TextInterner services = new TextInterner(Accumulator.MAX_SERVICES);

    private final PairTable cellNumbers = new PairTable();
    private final List<Cell> cells = new ArrayList<>();
    private final PairTable badNumbers = new PairTable();
    private long[] bad = new long[64];
    private final PairTable heartbeats = new PairTable();
    private final List<Extract.Observation> observations = new ArrayList<>();
    private final Extract.@Nullable Identity[] identities = new Extract.Identity[16];
    private final List<Extract.Exemplar> exemplars = new ArrayList<>();
    private final int[] exemplarsOfMeasure;
    private final TraceFilter.Builder traces = new TraceFilter.Builder();

    private long accepted;
    private final Map<String, Long> acceptedByKind = new HashMap<>();
    private final Map<RejectReason, Long> rejected = new EnumMap<>(RejectReason.class);

    /** The same by service; few requests have any. */
    private final Map<RefusedBy, Long> refused = new HashMap<>();

    private long firstEventNanos;
    private long lastEventNanos;

    private record RefusedBy(int service, RejectReason reason) {}

    RequestSums(Matchers matchers) {
        this.matchers = matchers;
        this.exemplarsOfMeasure = new int[matchers.plan().measures().size()];
    }

    /** Begins a request. Numbers given before are no longer valid. */
    void begin() {
        groups.begin();
        services.begin();
        cellNumbers.clear();
        badNumbers.clear();
        heartbeats.clear();
        observations.clear();
        exemplars.clear();
        Arrays.fill(exemplarsOfMeasure, 0);
        traces.clear();
        accepted = 0;
        acceptedByKind.clear();
        rejected.clear();
        refused.clear();
        firstEventNanos = Long.MAX_VALUE;
        lastEventNanos = 0;
    }

    /** Everything since {@link #begin}. */
    Extract finish(Extract.@Nullable Identity identity, String signal) {
        return new Extract(
                matchers.plan().digest(),
                identity,
                signal,
                accepted,
                acceptedByKind,
                rejected,
                refused(),
                counted(),
                observations,
                badBy(),
                exemplars,
                heartbeats(),
                accepted == 0 ? 0 : firstEventNanos,
                lastEventNanos,
                traces.build());
    }

    /** The numbers of groups, and of what bad events have in common. */
    TextInterner groups() {
        return groups;
    }

    /** A service's number. */
    int service(@Nullable CanonicalText name) {
        return name == null
                ? TextInterner.EMPTY
                : services.intern(name.bytes(), name.offset(), name.length());
    }

    /** An item is of this time, and valid. */
    void accept(long timeNanos) {
        accepted++;
        firstEventNanos = Math.min(firstEventNanos, timeNanos);
        lastEventNanos = Math.max(lastEventNanos, timeNanos);
    }

    void acceptedOfKind(String kind, long count) {
        acceptedByKind.merge(kind, count, Long::sum);
    }

    void reject(int service, RejectReason reason) {
        rejected.merge(reason, 1L, Long::sum);
        refused.merge(new RefusedBy(service, reason), 1L, Long::sum);
    }

    /** An item that was accepted is refused after all. */
    void takeBack(int service, RejectReason reason) {
        accepted--;
        reject(service, reason);
    }

    void heard(long bucket, int service) {
        heartbeats.number(bucket, service);
    }

    void trace(byte[] bytes, int traceIdOffset) {
        traces.add(bytes, traceIdOffset);
    }

    /** What the request adds to a measure, bucket and group. */
    Cell cell(int measure, long bucket, int group) {
        int known = cellNumbers.size();
        int number = cellNumbers.number(bucket, (long) measure << Integer.SIZE | group);
        if (number == cells.size()) {
            cells.add(new Cell());
        }
        Cell cell = cells.get(number);
        if (number == known) {
            cell.begin(measure, bucket, group);
        }
        return cell;
    }

    /**
     * Bad events had a text in common.
     *
     * @param slot of the attribute whose text it is
     * @param text its number among {@link #groups}
     */
    void bad(int measure, long bucket, int slot, int text, long count) {
        int known = badNumbers.size();
        int number = badNumbers.number(bucket, badKey(measure, slot, text));
        if (number == bad.length) {
            bad = Arrays.copyOf(bad, number * 2);
        }
        if (number == known) {
            bad[number] = 0;
        }
        bad[number] += count;
    }

    /**
     * A bad event that a person may look at, one of the first {@link Accumulator#MAX_EXEMPLARS}.
     */
    void exemplar(
            int measure,
            int group,
            long timeNanos,
            double judged,
            byte[] bytes,
            int traceIdOffset) {
        if (exemplarsOfMeasure[measure] == Accumulator.MAX_EXEMPLARS) {
            return;
        }
        exemplarsOfMeasure[measure]++;
        String traceId =
                HexFormat.of()
                        .formatHex(
                                bytes, traceIdOffset, traceIdOffset + Accumulator.TRACE_ID_BYTES);
        exemplars.add(
                new Extract.Exemplar(measure, groups.text(group), traceId, timeNanos, judged));
    }

    void observation(Extract.Observation point) {
        observations.add(point);
    }

    /** A stream has many points in a row, and a measure asks for it in one or two ways. */
    Extract.Identity identity(long high, long low) {
        int way = (int) (high ^ low) & identities.length - 1;
        Extract.Identity known = identities[way];
        if (known == null || known.high() != high || known.low() != low) {
            known = new Extract.Identity(high, low);
            identities[way] = known;
        }
        return known;
    }

    /**
     * Measure, slot and text in one long: no plan has a million of the first two, nor the interner
     * 16 million of the third.
     */
    private static long badKey(int measure, int slot, int text) {
        return (long) measure << 44 | (long) slot << 24 | text;
    }

    private List<Extract.Counted> counted() {
        List<Extract.Counted> counted = new ArrayList<>(cellNumbers.size());
        for (int number = 0; number < cellNumbers.size(); number++) {
            counted.add(cells.get(number).counted(groups));
        }
        return counted;
    }

    private List<Extract.BadBy> badBy() {
        List<Extract.BadBy> badBy = new ArrayList<>(badNumbers.size());
        for (int number = 0; number < badNumbers.size(); number++) {
            long key = badNumbers.second(number);
            badBy.add(
                    new Extract.BadBy(
                            (int) (key >>> 44),
                            badNumbers.first(number),
                            matchers.keys().text((int) (key >>> 24 & 0xfffff)),
                            groups.text((int) (key & 0xffffff)),
                            bad[number]));
        }
        return badBy;
    }

    private List<Extract.Refused> refused() {
        List<Extract.Refused> all = new ArrayList<>(refused.size());
        refused.forEach(
                (by, items) ->
                        all.add(new Extract.Refused(services.text(by.service), by.reason, items)));
        return all;
    }

    private List<Extract.Heartbeat> heartbeats() {
        List<Extract.Heartbeat> heard = new ArrayList<>(heartbeats.size());
        for (int number = 0; number < heartbeats.size(); number++) {
            heard.add(
                    new Extract.Heartbeat(
                            services.text((int) heartbeats.second(number)),
                            heartbeats.first(number)));
        }
        return heard;
    }
}
