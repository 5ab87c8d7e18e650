package io.sluice.engine.limit;

/**
 * Something that is bounded, whatever the bound is at present.
 *
 * @param name one word, as in the configuration: {@code maxBodyBytes}
 * @param unit of the bound and of what is in use
 * @param usual the bound unless configured
 * @param least the smallest that may be configured
 * @param most the largest that may be configured; with {@code least} equal to it, there is nothing
 *     to configure
 * @param what is bounded, for people: begins a sentence
 * @param then what happens at the bound, for people: ends one
 */
public record Limit(
        String name, Unit unit, long usual, long least, long most, String what, String then) {

    /** What a bound counts. */
    public enum Unit {
        COUNT,
        BYTES,
        SECONDS
    }

    public Limit {
        if (least > usual || usual > most) {
            throw new IllegalArgumentException(
                    name + " is usually " + usual + ", which is not in " + least + " to " + most);
        }
    }

    /**
     * One that cannot be configured: what a body means must not depend on a configuration that a
     * replay does not know, or nobody has ever needed another.
     */
    public static Limit fixed(String name, Unit unit, long bound, String what, String then) {
        return new Limit(name, unit, bound, bound, bound, what, then);
    }

    /** Whether the configuration may say otherwise. */
    public boolean settable() {
        return least < most;
    }
}
