package io.sluice.engine.fold;

import io.sluice.engine.measure.Extract.Identity;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * States by identity, and which of them are yet to be stored. Not thread-safe.
 *
 * @param <S> a state, which is replaced and never changed
 */
final class States<S> {

    private static final class Place<S> {
        final Identity identity;
        S state;
        boolean dirty;

        Place(Identity identity, S state) {
            this.identity = identity;
            this.state = state;
        }
    }

    private final Map<Identity, Place<S>> places = new HashMap<>();
    private List<Place<S>> dirty = new ArrayList<>();

    /** What was asked for last: of a stream, a request often has many points in a row. */
    private @Nullable Place<S> last;

    /** Null if there is none. */
    @Nullable S find(Identity identity) {
        Place<S> place = placeOf(identity);
        return place == null ? null : place.state;
    }

    /** Takes this one in the place of the one before; it is to be stored. */
    void put(Identity identity, S state) {
        Place<S> place = placeOf(identity);
        if (place == null) {
            place = new Place<>(identity, state);
            places.put(identity, place);
            last = place;
        }
        place.state = state;
        if (!place.dirty) {
            place.dirty = true;
            dirty.add(place);
        }
    }

    private @Nullable Place<S> placeOf(Identity identity) {
        Place<S> found = last;
        if (found == null || !found.identity.equals(identity)) {
            found = places.get(identity);
            last = found;
        }
        return found;
    }

    /** Takes one as it was stored. */
    void restore(Identity identity, S state) {
        places.put(identity, new Place<>(identity, state));
        last = null;
    }

    /** Takes all that others have. */
    void putAll(States<S> others) {
        others.places.forEach((identity, place) -> put(identity, place.state));
    }

    /** Forgets some. */
    void removeIf(Predicate<S> unwanted) {
        places.values().removeIf(place -> unwanted.test(place.state));
        dirty.removeIf(place -> unwanted.test(place.state));
        last = null;
    }

    /** Goes through those that are to be stored. */
    void forEachDirty(BiConsumer<Identity, S> consumer) {
        dirty.forEach(place -> consumer.accept(place.identity, place.state));
    }

    /** All of them are stored. */
    void stored() {
        dirty.forEach(place -> place.dirty = false);
        // After a burst the list would be as long as it ever was.
        dirty = new ArrayList<>();
    }

    int size() {
        return places.size();
    }
}
