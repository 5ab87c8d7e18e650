package io.sluice.engine.results;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One side's number.
 *
 * @param number empty if there is none
 * @param note why there is none, or why it is not exact where it should be
 */
record RowValue(OptionalDouble number, Optional<String> note) {
    static RowValue exact(OptionalDouble number) {
        return new RowValue(number, Optional.empty());
    }

    static RowValue missing(String why) {
        return new RowValue(OptionalDouble.empty(), Optional.of(why));
    }

    /** The same, with a note that says which side it is about. */
    RowValue about(String side) {
        return new RowValue(number, note.map(why -> side + ": " + why));
    }
}
