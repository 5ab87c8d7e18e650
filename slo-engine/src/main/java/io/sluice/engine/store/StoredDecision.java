package io.sluice.engine.store;

import java.util.OptionalLong;

/**
 * A decision with everything it was made from.
 *
 * @param id rises with time per store, for example {@code ev_00000042}
 * @param verdict {@code GO}, {@code HOLD} or {@code NO_GO}
 * @param evidence canonical JSON
 * @param sha256 of the evidence, in hex
 */
public record StoredDecision(
        String id,
        String cutover,
        int run,
        int step,
        long atMillis,
        String verdict,
        String evidence,
        String sha256) {
    private static final String ID_PREFIX = "ev_";

    /** The id of a store's n-th decision. */
    public static String idOf(long number) {
        return "%s%08d".formatted(ID_PREFIX, number);
    }

    /** Which decision of a store has this id; empty if it is no decision's id. */
    public static OptionalLong numberOf(String id) {
        String digits = id.startsWith(ID_PREFIX) ? id.substring(ID_PREFIX.length()) : "";
        return digits.matches("[0-9]{8,18}")
                ? OptionalLong.of(Long.parseLong(digits))
                : OptionalLong.empty();
    }
}
