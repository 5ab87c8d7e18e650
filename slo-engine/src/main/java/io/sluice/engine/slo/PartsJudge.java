package io.sluice.engine.slo;

import java.util.Arrays;
import java.util.List;

/** Judges the slices of a composite: see {@link Parts#together}. Thread-safe. */
final class PartsJudge implements SliceJudge {
    private final Parts parts;
    private final List<SliceJudge> judges;

    /**
     * @param judges of the parts, in their order
     */
    PartsJudge(Parts parts, List<SliceJudge> judges) {
        this.parts = parts;
        this.judges = List.copyOf(judges);
    }

    @Override
    public long sliceSeconds() {
        return parts.common();
    }

    @Override
    public long[] judge(long from, long to) {
        Span whole = wholePeriods(from, to);
        long[] together =
                parts.together(
                        judges.stream().map(one -> one.judge(whole.from(), whole.to())).toList());
        int first = (int) ((from - whole.from()) / sliceSeconds());
        return Arrays.copyOfRange(together, first, first + (int) ((to - from) / sliceSeconds()));
    }

    @Override
    public long lump(long second) {
        return judges.stream()
                .mapToLong(judge -> judge.lump(second))
                .reduce(1, Span::leastCommonMultiple);
    }

    @Override
    public long changes(long from, long to) {
        Span whole = wholePeriods(from, to);
        return judges.stream().mapToLong(judge -> judge.changes(whole.from(), whole.to())).sum();
    }

    @Override
    public long version() {
        return judges.stream().mapToLong(SliceJudge::version).sum();
    }

    @Override
    public long revision() {
        return judges.stream().mapToLong(SliceJudge::revision).sum();
    }

    private Span wholePeriods(long from, long to) {
        long period = parts.period();
        return new Span(Span.floor(from, period), Span.ceil(to, period));
    }
}
