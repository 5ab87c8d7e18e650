package io.sluice.engine.fold;

import static java.util.Objects.requireNonNull;

import io.sluice.engine.measure.Extract.Identity;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * States by identity, and which of them are yet to be stored. They lie on shelves, which are stored
 * whole: of counters, most change from one checkpoint to the next, and a row for each would cost
 * more than all else that is done for it. Not thread-safe.
 *
 * @param <S> a state, which is replaced, or changes in itself where replacing it, hundred thousand
 *     times a second, would fill the heap's old part with what was
 */
final class States<S> {

    /** Some dozens of a hundred thousand states are on each. */
    static final int SHELVES = 1 << 12;

    /** A state and whose it is. */
    static final class Place<S> {
        private final Identity identity;
        private S state;

        /** Another one on the same shelf. */
        private @Nullable Place<S> next;

        private Place(Identity identity, S state) {
            this.identity = identity;
            this.state = state;
        }

        Identity identity() {
            return identity;
        }

        S state() {
            return state;
        }
    }

    /** Takes a shelf. */
    @FunctionalInterface
    interface Receiver<S> {
        /**
         * Takes all that is on a shelf now, at least one.
         *
         * @param places in the order of their identities
         */
        void take(int shelf, List<Place<S>> places);
    }

    private final Map<Identity, Place<S>> places = new HashMap<>();
    private final @Nullable Place<S>[] shelves = newShelves();
    private final BitSet dirty = new BitSet(SHELVES);

    /** What was asked for last: of a stream, a request often has many points in a row. */
    private @Nullable Place<S> last;

    @SuppressWarnings("unchecked")
    private static <S> @Nullable Place<S>[] newShelves() {
        return (@Nullable Place<S>[]) new Place<?>[SHELVES];
    }

    /** Null if there is none. */
    @Nullable S find(Identity identity) {
        return find(identity.high(), identity.low());
    }

    /** The same by the halves of an identity. */
    @Nullable S find(long high, long low) {
        Place<S> found = last;
        if (found == null || found.identity.high() != high || found.identity.low() != low) {
            found = places.get(new Identity(high, low));
            last = found;
        }
        return found == null ? null : found.state;
    }

    /** What was found last has changed in itself; it is to be stored. */
    void changed() {
        dirty.set(shelf(requireNonNull(last).identity));
    }

    /** Takes this one in the place of the one before; it is to be stored. */
    void put(Identity identity, S state) {
        dirty.set(shelf(identity));
        restore(identity, state);
    }

    /** Takes one as it was stored. */
    void restore(Identity identity, S state) {
        Place<S> place = places.get(identity);
        if (place == null) {
            place = new Place<>(identity, state);
            places.put(identity, place);
            addToShelf(place);
        }
        place.state = state;
        last = place;
    }

    private void addToShelf(Place<S> place) {
        int shelf = shelf(place.identity);
        place.next = shelves[shelf];
        shelves[shelf] = place;
    }

    /** Writers' names differ in some bits in the middle only. */
    private static int shelf(Identity identity) {
        long mixed = (identity.high() ^ Long.rotateLeft(identity.low(), 32)) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> (Long.SIZE - Integer.numberOfTrailingZeros(SHELVES)));
    }

    /** Takes all that others have. */
    void putAll(States<S> others) {
        others.places.forEach((identity, place) -> put(identity, place.state));
    }

    /** Forgets some. */
    void removeIf(Predicate<S> unwanted) {
        last = null;
        boolean removed =
                places.values()
                        .removeIf(
                                place -> {
                                    boolean isUnwanted = unwanted.test(place.state);
                                    if (isUnwanted) {
                                        dirty.set(shelf(place.identity));
                                    }
                                    return isUnwanted;
                                });
        if (removed) {
            Arrays.fill(shelves, null);
            places.values().forEach(this::addToShelf);
        }
    }

    /** Goes through the shelves that are to be stored and not empty. */
    void forEachDirty(Receiver<S> receiver) {
        Comparator<Place<S>> byIdentity =
                (a, b) -> {
                    int high = Long.compareUnsigned(a.identity.high(), b.identity.high());
                    return high != 0
                            ? high
                            : Long.compareUnsigned(a.identity.low(), b.identity.low());
                };
        List<Place<S>> onShelf = new ArrayList<>();
        for (int shelf = dirty.nextSetBit(0); shelf >= 0; shelf = dirty.nextSetBit(shelf + 1)) {
            onShelf.clear();
            for (Place<S> place = shelves[shelf]; place != null; place = place.next) {
                onShelf.add(place);
            }
            if (!onShelf.isEmpty()) {
                onShelf.sort(byIdentity);
                receiver.take(shelf, onShelf);
            }
        }
    }

    /** All of them are stored. */
    void stored() {
        dirty.clear();
    }

    int size() {
        return places.size();
    }
}
