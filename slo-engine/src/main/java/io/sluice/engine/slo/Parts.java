package io.sluice.engine.slo;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.measure.MeasurePlan;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The objectives of a composite SLO that is judged by slices, as one (OpenSLO v1, notes on
 * Composite SLO): with Timeslices, time is bad that is bad for any part; with RatioTimeslices, what
 * is missing in each part adds up, times its weight, to the whole at most. A part that was not
 * measured in a slice says nothing about it.
 *
 * <p>Parts may have slices of different lengths. They are compared in slices of the longest length
 * that divides all of them. OpenSLO does not say whose target the composite has: it is the highest
 * of all, so that no part may be worse than it promises.
 */
record Parts(List<Judged> all) {
    Parts {
        all = List.copyOf(all);
    }

    static Parts of(MeasurePlan plan, Slo slo) {
        return new Parts(
                IntStream.range(0, slo.objectives().size())
                        .mapToObj(i -> Judged.of(plan, slo, i))
                        .toList());
    }

    /** The shortest time, in seconds, that is whole slices of every part. */
    long period() {
        return all.stream().mapToLong(Judged::sliceSeconds).reduce(1, Span::leastCommonMultiple);
    }

    BigDecimal target() {
        return all.stream()
                .map(part -> part.objective().target())
                .reduce(BigDecimal.ZERO, BigDecimal::max);
    }

    /** The length of slices in which parts are compared. */
    long common() {
        return all.stream().mapToLong(Judged::sliceSeconds).reduce(0, Span::greatestCommonDivisor);
    }

    /**
     * How good each common slice was.
     *
     * @param goodness each part's, over the same whole periods; see {@link SliceJudge#judge}
     * @return unmeasured where no part was measured
     */
    long[] together(List<long[]> goodness) {
        long common = common();
        int slices = (int) (goodness.getFirst().length * all.getFirst().sliceSeconds() / common);
        long[] together = new long[slices];
        Arrays.fill(together, Judged.UNMEASURED);
        for (int i = 0; i < all.size(); i++) {
            Judged part = all.get(i);
            int each = (int) (part.sliceSeconds() / common);
            for (int k = 0; k < together.length; k++) {
                long one = goodness.get(i)[k / each];
                if (one != Judged.UNMEASURED) {
                    long others = together[k] == Judged.UNMEASURED ? Judged.WHOLE : together[k];
                    together[k] = with(part, others, one);
                }
            }
        }
        return together;
    }

    private static long with(Judged part, long others, long one) {
        if (part.method() == BudgetingMethod.TIMESLICES) {
            return Math.min(others, one);
        }
        double missing = part.objective().weight().doubleValue() * (Judged.WHOLE - one);
        return Math.max(0, others - Math.round(missing));
    }
}
