package io.sluice.collector.receive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps count of what was sent, beside the receiver's own counters: every item that was read, and
 * every request that could not be.
 */
public final class Tally {

    private final Map<String, Long> sent = new ConcurrentHashMap<>();
    private final AtomicLong unreadable = new AtomicLong();

    /** Reads as the given one does. */
    public Extractor counting(Extractor extractor) {
        return entry -> {
            try {
                var extract = extractor.extract(entry);
                sent.merge(extract.signal(), extract.sent(), Long::sum);
                return extract;
            } catch (MalformedRequestException e) {
                unreadable.incrementAndGet();
                throw e;
            }
        };
    }

    /** accepted + rejected + dropped = sent. */
    public void assertAddsUp(ReceiverCounters counters) {
        Map<String, Long> counted = new HashMap<>();
        counters.rows()
                .forEach(
                        row ->
                                counted.put(
                                        row.signal(),
                                        row.accepted() + sum(row.rejected()) + sum(row.dropped())));
        // What was refused unread has no items that anybody could count.
        long refusedUnread = counted.getOrDefault(ReceiverCounters.REQUESTS, 0L);
        counted.remove(ReceiverCounters.REQUESTS);
        assertThat(counted).isEqualTo(sent);
        assertThat(refusedUnread).isGreaterThanOrEqualTo(unreadable.get());
    }

    private static long sum(Map<?, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
