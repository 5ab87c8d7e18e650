package io.sluice.collector.receive;

import io.sluice.engine.IngestStatus;
import io.sluice.engine.limit.Offender;
import io.sluice.engine.limit.Offenders;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.RejectReason;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Exact counts of what came in, per receiver and signal, since start: accepted + rejected + dropped
 * = sent. Thread-safe.
 */
public final class ReceiverCounters implements IngestStatus {

    /** The signal of requests whose items could not be counted because they could not be read. */
    public static final String REQUESTS = "requests";

    private static final String SEVERAL = "several";

    private record Key(String receiver, String signal) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byReceiver = receiver.compareTo(other.receiver);
            return byReceiver != 0 ? byReceiver : signal.compareTo(other.signal);
        }
    }

    private static final class Counts {
        final LongAdder requests = new LongAdder();
        final LongAdder accepted = new LongAdder();
        final Map<RejectReason, LongAdder> rejected = adders();
        final Map<RejectReason, LongAdder> dropped = adders();

        private static Map<RejectReason, LongAdder> adders() {
            Map<RejectReason, LongAdder> adders = new EnumMap<>(RejectReason.class);
            for (RejectReason reason : RejectReason.values()) {
                adders.put(reason, new LongAdder());
            }
            return adders; // not changed any more, so safe to read from any thread
        }

        static Map<RejectReason, Long> positive(Map<RejectReason, LongAdder> adders) {
            Map<RejectReason, Long> counts = new EnumMap<>(RejectReason.class);
            adders.forEach(
                    (reason, adder) -> {
                        if (adder.sum() > 0) {
                            counts.put(reason, adder.sum());
                        }
                    });
            return counts;
        }
    }

    private final Map<Key, Counts> counts = new ConcurrentSkipListMap<>();

    private final Offenders refused = new Offenders(Offender.What.REFUSED_ITEMS);
    private final Offenders bytes = new Offenders(Offender.What.BYTES);

    /** Nothing has come in yet. */
    public ReceiverCounters() {}

    @Override
    public List<Row> rows() {
        return counts.entrySet().stream()
                .map(
                        entry ->
                                new Row(
                                        entry.getKey().receiver,
                                        entry.getKey().signal,
                                        entry.getValue().requests.sum(),
                                        entry.getValue().accepted.sum(),
                                        Counts.positive(entry.getValue().rejected),
                                        Counts.positive(entry.getValue().dropped)))
                .toList();
    }

    @Override
    public List<Offender> offenders() {
        return Stream.concat(refused.worst().stream(), bytes.worst().stream()).toList();
    }

    /**
     * Who sent a request that was taken, so many bytes of it.
     *
     * @param source empty if it did not say
     */
    public void sentBy(String receiver, String source, Extract extract, long bodyBytes) {
        List<String> services =
                extract.heartbeats().stream()
                        .map(Extract.Heartbeat::service)
                        .distinct()
                        .limit(2)
                        .toList();
        String service =
                services.isEmpty() ? "" : services.size() == 1 ? services.getFirst() : SEVERAL;
        bytes.add(who(receiver, source, service), "", bodyBytes);
        for (Extract.Refused one : extract.refused()) {
            refused.add(who(receiver, source, one.service()), one.reason().label(), one.items());
        }
    }

    /** Who sent a request that was refused or lost as a whole, for a reason. */
    public void refusedFrom(String receiver, String source, RejectReason reason, long items) {
        refused.add(who(receiver, source, ""), reason.label(), items);
    }

    private static String who(String receiver, String source, String service) {
        return receiver
                + (source.isEmpty() ? "" : ", source " + source)
                + (service.isEmpty() ? "" : ", service " + service);
    }

    /** A request is on disk, except for those of its items that are rejected. */
    public void accepted(String receiver, Extract extract) {
        Counts counts = of(receiver, extract.signal());
        counts.requests.increment();
        counts.accepted.add(extract.accepted());
        extract.rejected().forEach((reason, count) -> adder(counts.rejected, reason).add(count));
    }

    /** A request was read and refused as a whole, with all its items. */
    public void rejected(String receiver, Extract extract, RejectReason reason) {
        Counts counts = of(receiver, extract.signal());
        counts.requests.increment();
        adder(counts.rejected, reason).add(extract.sent());
    }

    /** A request was refused unread. */
    public void rejected(String receiver, RejectReason reason) {
        rejected(receiver, "", reason);
    }

    /**
     * The same, where it is known who sent it.
     *
     * @param source empty if it did not say
     */
    public void rejected(String receiver, String source, RejectReason reason) {
        Counts counts = of(receiver, REQUESTS);
        counts.requests.increment();
        adder(counts.rejected, reason).increment();
        refusedFrom(receiver, source, reason, 1);
    }

    /** A request was read and lost with all its items, and nobody was told. */
    public void dropped(String receiver, Extract extract, RejectReason reason) {
        of(receiver, extract.signal()).requests.increment();
        dropped(receiver, extract.signal(), reason, extract.sent());
    }

    /** Items were lost before they could be read, and nobody was told. */
    public void dropped(String receiver, String signal, RejectReason reason, long count) {
        adder(of(receiver, signal).dropped, reason).add(count);
    }

    private Counts of(String receiver, String signal) {
        return counts.computeIfAbsent(new Key(receiver, signal), _ -> new Counts());
    }

    private static LongAdder adder(Map<RejectReason, LongAdder> adders, RejectReason reason) {
        return java.util.Objects.requireNonNull(adders.get(reason));
    }
}
