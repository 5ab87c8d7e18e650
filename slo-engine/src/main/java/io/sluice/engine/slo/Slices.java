package io.sluice.engine.slo;

import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.slo.ExcludedSums.Arithmetic;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Judged slices without those of which any part is excluded. Thread-safe. */
final class Slices {
    private static final Arithmetic<SliceSum> SUMS =
            new Arithmetic<>(SliceSum.NOTHING, SliceSum::plus, SliceSum::minus);

    private final SeriesReader series;
    private final Verdicts verdicts;
    private final Excluded excluded;
    private final boolean live;
    private final Map<JudgedSlices, Excluded> lumps = new ConcurrentHashMap<>();
    private final Map<JudgedSlices, ExcludedSums<JudgedSlices, SliceSum>> sums =
            new ConcurrentHashMap<>();

    /**
     * @param excluded in whole buckets of the finest grid
     * @param live leaves out what backfill sources sent
     */
    Slices(SeriesReader series, Verdicts verdicts, Excluded excluded, boolean live) {
        this.series = series;
        this.verdicts = verdicts;
        this.excluded = excluded;
        this.live = live;
    }

    /** What an objective's slices in a span came to. */
    SliceSum sum(Judged objective, Span span) {
        JudgedSlices slices = verdicts.of(objective, live);
        if (excluded.spans().isEmpty()) {
            return slices.sum(span.from(), span.to());
        }
        return sums.computeIfAbsent(slices, this::withoutExcluded)
                .without(slices, span.from(), span.to());
    }

    private ExcludedSums<JudgedSlices, SliceSum> withoutExcluded(JudgedSlices slices) {
        return new ExcludedSums<>(
                series, lumps(slices), one -> one.judge().revision(), JudgedSlices::sum, SUMS);
    }

    /** Excluded time in whole slices, or whatever longer time is judged as one. */
    private Excluded lumps(JudgedSlices slices) {
        SliceJudge judge = slices.judge();
        return lumps.computeIfAbsent(
                slices,
                _ ->
                        excluded.widened(
                                span ->
                                        new Span(
                                                Span.floor(span.from(), judge.lump(span.from())),
                                                Span.ceil(span.to(), judge.lump(span.to() - 1)))));
    }

    /** How good each of an objective's slices was; {@link SliceJudge#judge}. */
    long[] each(Judged objective, Span span) {
        JudgedSlices slices = verdicts.of(objective, live);
        long[] goodness = slices.judge().judge(span.from(), span.to());
        if (excluded.touches(span.from(), span.to())) {
            long slice = objective.sliceSeconds();
            for (Span out : lumps(slices).within(span.from(), span.to())) {
                Arrays.fill(
                        goodness,
                        (int) ((out.from() - span.from()) / slice),
                        (int) ((out.to() - span.from()) / slice),
                        Judged.UNMEASURED);
            }
        }
        return goodness;
    }

    /**
     * What a composite's slices in a span came to.
     *
     * @param span whole periods of the parts
     */
    SliceSum sum(Parts parts, Span span) {
        if (!excluded.touches(span.from(), span.to())) {
            return verdicts.of(parts, live).sum(span.from(), span.to());
        }
        // Each part leaves out its own slices, and what the others say of that time stays.
        List<long[]> goodness = parts.all().stream().map(part -> each(part, span)).toList();
        return SliceSum.of(parts.together(goodness));
    }
}
