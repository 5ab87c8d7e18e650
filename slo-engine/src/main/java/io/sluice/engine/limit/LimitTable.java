package io.sluice.engine.limit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * All limits of a server with their bounds, and what their owners say of them. Owners ask for their
 * bound, and register what only they know. Thread-safe.
 */
public final class LimitTable {

    private record Owner(LongSupplier inUse, LongSupplier reached) {}

    private static final long UNKNOWN = -1;

    private static final Owner NOBODY = new Owner(LimitTable::unknown, LimitTable::unknown);

    private final Map<Limit, Long> bounds = new LinkedHashMap<>();
    private final Map<Limit, Owner> owners = new ConcurrentHashMap<>();

    /**
     * @param limits all there are, in the order in which they are shown
     * @param configured other bounds than the usual ones, by the limits' names
     * @throws IllegalArgumentException if there is no such limit, or it cannot have that bound
     */
    public LimitTable(List<Limit> limits, Map<String, Long> configured) {
        Map<String, Long> left = new LinkedHashMap<>(configured);
        for (Limit limit : limits) {
            Long other = left.remove(limit.name());
            long bound = other == null ? limit.usual() : other;
            if (bound < limit.least() || bound > limit.most()) {
                throw new IllegalArgumentException(
                        "%s is %d, expected is %d to %d"
                                .formatted(limit.name(), bound, limit.least(), limit.most()));
            }
            if (bounds.put(limit, bound) != null) {
                throw new IllegalArgumentException("two limits are called " + limit.name());
            }
        }
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("there is no limit " + left.keySet());
        }
    }

    /**
     * One row of the table.
     *
     * @param bound in force
     * @param inUse at present; empty where nothing is used up, as for the size of one body
     * @param reached how often it was reached since start; empty where that is not known, or is the
     *     way of things
     */
    public record Row(Limit limit, long bound, OptionalLong inUse, OptionalLong reached) {}

    /** The bound in force. */
    public long of(Limit limit) {
        Long bound = bounds.get(limit);
        if (bound == null) {
            throw new IllegalArgumentException(limit.name() + " is not in this table");
        }
        return bound;
    }

    /** The same where the limit's own {@code most} is an int. */
    public int intOf(Limit limit) {
        return Math.toIntExact(of(limit));
    }

    /** An owner says how much is in use, and how often there was no more. */
    public void own(Limit limit, LongSupplier inUse, LongSupplier reached) {
        requireKnown(limit);
        owners.put(limit, new Owner(inUse, reached));
    }

    /** Of what is not used up, an owner says how often it was reached. */
    public void own(Limit limit, LongSupplier reached) {
        own(limit, LimitTable::unknown, reached);
    }

    /** Of what is reached by the way of things, an owner says how much is in use. */
    public void ownUse(Limit limit, LongSupplier inUse) {
        own(limit, inUse, LimitTable::unknown);
    }

    private void requireKnown(Limit limit) {
        var _ = of(limit);
    }

    /** Every limit, with what is known of it now. */
    public List<Row> rows() {
        return bounds.entrySet().stream()
                .map(
                        entry -> {
                            Owner owner = owners.getOrDefault(entry.getKey(), NOBODY);
                            return new Row(
                                    entry.getKey(),
                                    entry.getValue(),
                                    known(owner.inUse),
                                    known(owner.reached));
                        })
                .toList();
    }

    private static long unknown() {
        return UNKNOWN;
    }

    private static OptionalLong known(LongSupplier value) {
        long now = value.getAsLong();
        return now == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(now);
    }
}
