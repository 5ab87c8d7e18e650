package io.sluice.engine.slo;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Objective;
import io.sluice.engine.fold.Backfilled;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.Resolution;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.SliceSums;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Judges the slices of one objective, by the counts that are kept for slices of its length; where
 * nothing is counted for these (a definition that is only tried), by the measure's own buckets.
 * Thread-safe.
 */
final class ObjectiveJudge implements SliceJudge {
    /** What verdicts depend on, beside the counts. */
    record Question(
            String measure,
            BudgetingMethod method,
            long sliceSeconds,
            BigDecimal sliceTarget,
            Objective.@Nullable Threshold perMinute,
            @Nullable String service,
            long countedSince,
            boolean live) {
        /**
         * @param countedSince a heartbeat of before says nothing
         * @param live leaves out what backfill sources sent
         */
        static Question of(Judged judged, long countedSince, boolean live) {
            boolean perMinute = judged.countsPerMinute();
            return new Question(
                    judged.measure().id(),
                    judged.method(),
                    judged.sliceSeconds(),
                    judged.objective().timeSliceTarget().orElse(BigDecimal.ONE),
                    perMinute ? judged.objective().threshold().orElseThrow() : null,
                    perMinute ? judged.service().orElse(null) : null,
                    perMinute ? countedSince : 0,
                    live);
        }
    }

    private final SeriesReader series;
    private final Question question;
    private final String kept;
    private final ExactShare sliceTarget;

    ObjectiveJudge(SeriesReader series, Question question, Judged judged) {
        this.series = series;
        this.question = question;
        this.kept =
                MeasurePlan.slices(judged.measure(), Duration.ofSeconds(question.sliceSeconds()))
                        .measure();
        this.sliceTarget = ExactShare.of(question.sliceTarget());
    }

    @Override
    public long sliceSeconds() {
        return question.sliceSeconds();
    }

    private String source() {
        return series.hasCounted(kept) ? kept : question.measure();
    }

    private boolean withoutHistory(String source) {
        return question.live() && Backfilled.hasHistory(series, source);
    }

    @Override
    public long[] judge(long from, long to) {
        return series.read(
                () -> {
                    long[] goodness = new long[Math.toIntExact((to - from) / sliceSeconds())];
                    Arrays.fill(goodness, Judged.UNMEASURED);
                    String source = source();
                    long begin = from;
                    while (begin < to) {
                        long length = lump(source, begin);
                        long end = Math.min(to, unitEnd(begin));
                        while (end < to && lump(source, end) == length) {
                            end = Math.min(to, unitEnd(end));
                        }
                        judge(source, new Span(begin, end), length, from, goodness);
                        begin = end;
                    }
                    return goodness;
                });
    }

    private long unitEnd(long second) {
        long unit = JudgedSlices.unit(sliceSeconds());
        return Span.floor(second, unit) + unit;
    }

    @Override
    public long lump(long second) {
        return lump(source(), second);
    }

    private long lump(String source, long second) {
        long unit = JudgedSlices.unit(sliceSeconds());
        long begin = Span.floor(second, unit);
        Resolution coarsest = series.coarsest(source, begin, begin + unit);
        return Span.leastCommonMultiple(sliceSeconds(), coarsest.seconds());
    }

    /** Judges lumps of this length that lie in a span, each for the slices in it. */
    private void judge(String source, Span span, long length, long first, long[] goodness) {
        long from = Span.floor(span.from(), length);
        long to = Span.ceil(span.to(), length);
        SliceSums sums =
                withoutHistory(source)
                        ? Backfilled.liveSums(series, source, from, to, length)
                        : series.sliceSums(source, from, to, length);
        List<Long> heard =
                question.service() == null
                        ? List.of()
                        : series.measuredSlices(question.service(), from, to, length);
        for (int i = 0; i < sums.size(); i++) {
            long begin = from + i * length;
            boolean isHeard =
                    !heard.isEmpty() && heard.get(i) > 0 && begin >= question.countedSince();
            if (sums.total(i) > 0 || isHeard) {
                int at = (int) ((Math.max(begin, span.from()) - first) / sliceSeconds());
                int end = (int) ((Math.min(begin + length, span.to()) - first) / sliceSeconds());
                Arrays.fill(goodness, at, end, goodness(sums.good(i), sums.total(i), length));
            }
        }
    }

    private long goodness(long good, long total, long seconds) {
        Objective.Threshold perMinute = question.perMinute();
        if (perMinute != null) {
            double rate = total * 60.0 / (Judged.THOUSAND * seconds);
            return perMinute.op().test(rate, perMinute.value()) ? Judged.WHOLE : 0;
        }
        // A part may for a moment be larger than its total.
        long atMost = Math.clamp(good, 0, total);
        return question.method() == BudgetingMethod.RATIO_TIMESLICES
                ? Math.round((double) atMost / total * Judged.WHOLE)
                : sliceTarget.isReachedBy(atMost, total) ? Judged.WHOLE : 0;
    }

    @Override
    public long changes(long from, long to) {
        return series.read(
                () -> {
                    String source = source();
                    long changes = series.changes(source, from, to);
                    if (question.live()) {
                        changes += Backfilled.changes(series, source, from, to);
                    }
                    if (question.service() != null) {
                        changes +=
                                series.changes(SeriesKey.heartbeat(question.service()), from, to);
                    }
                    return changes;
                });
    }

    @Override
    public long version() {
        return series.read(
                () -> {
                    String source = source();
                    long version = series.version(source);
                    if (question.live()) {
                        version += Backfilled.version(series, source);
                    }
                    if (question.service() != null) {
                        version += series.version(SeriesKey.heartbeat(question.service()));
                    }
                    return version;
                });
    }

    @Override
    public long revision() {
        return series.read(
                () -> {
                    String source = source();
                    long revision = series.revision(source);
                    if (question.live()) {
                        revision += Backfilled.revision(series, source);
                    }
                    if (question.service() != null) {
                        revision += series.revision(SeriesKey.heartbeat("").measure());
                    }
                    return revision;
                });
    }
}
