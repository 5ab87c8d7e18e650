package io.sluice.engine.store;

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
        String sha256) {}
