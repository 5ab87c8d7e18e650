package io.sluice.engine.slo;

/**
 * What slices came to.
 *
 * @param good how good they were together, in parts of {@link Judged#WHOLE}
 * @param judged how many were measured
 */
record SliceSum(long good, long judged) {
    static final SliceSum NOTHING = new SliceSum(0, 0);

    /** Of slices one by one; see {@link SliceJudge#judge}. */
    static SliceSum of(long[] goodness) {
        long good = 0;
        long judged = 0;
        for (long slice : goodness) {
            if (slice != Judged.UNMEASURED) {
                good += slice;
                judged++;
            }
        }
        return new SliceSum(good, judged);
    }

    SliceSum plus(SliceSum other) {
        return new SliceSum(good + other.good, judged + other.judged);
    }

    SliceSum minus(SliceSum part) {
        return new SliceSum(good - part.good, judged - part.judged);
    }

    /** In thousandths of slices, rounded. */
    long goodThousandths() {
        long parts = Judged.WHOLE / Judged.THOUSAND;
        return (good + parts / 2) / parts;
    }

    long totalThousandths() {
        return judged * Judged.THOUSAND;
    }
}
