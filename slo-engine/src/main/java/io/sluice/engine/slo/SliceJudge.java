package io.sluice.engine.slo;

/** Judges slices from what is counted now. As thread-safe as the counts. */
interface SliceJudge {
    /** A slice's length. */
    long sliceSeconds();

    /**
     * How good each slice was, oldest first: {@link Judged#UNMEASURED}, or from 0 to {@link
     * Judged#WHOLE}.
     *
     * @param from seconds since the epoch, a multiple of a slice, as {@code to} is
     */
    long[] judge(long from, long to);

    /**
     * The length of what is judged as one at a time, each verdict standing for the slices in it: a
     * slice, or what is whole slices and whole buckets where they are longer.
     */
    long lump(long second);

    /** A number that is another one whenever slices between these times may be judged otherwise. */
    long changes(long from, long to);

    /** Grows whenever any slices may be judged otherwise. */
    long version();

    /** Grows whenever settled slices may be judged otherwise. */
    long revision();
}
