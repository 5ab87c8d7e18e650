package io.sluice.engine.slo;

import io.sluice.engine.fold.Backfilled;
import io.sluice.engine.series.SeriesReader;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of judged slices, of every objective that somebody has asked about. Verdicts do not
 * depend on exclusions, which leave slices out. Thread-safe.
 */
final class Verdicts {
    /**
     * Beyond so many questions all is forgotten, and judged again for those that are still asked.
     */
    private static final int MOST = 20_000;

    private final SeriesReader series;
    private final History history;
    private final Map<Object, JudgedSlices> known = new ConcurrentHashMap<>();

    Verdicts(SeriesReader series, History history) {
        this.series = series;
        this.history = history;
    }

    /**
     * The slices of an objective.
     *
     * @param live leaves out what backfill sources sent
     */
    JudgedSlices of(Judged judged, boolean live) {
        boolean withoutHistory = live && hasHistory(judged);
        ObjectiveJudge.Question question =
                ObjectiveJudge.Question.of(
                        judged,
                        Span.ceil(history.countedSince(judged.measure().id()), Span.BUCKET),
                        withoutHistory);
        JudgedSlices slices = known.get(question);
        return slices != null
                ? slices
                : remember(question, new ObjectiveJudge(series, question, judged));
    }

    private boolean hasHistory(Judged judged) {
        return Backfilled.hasHistory(series, judged.measure().id());
    }

    /** The slices of a composite. */
    JudgedSlices of(Parts parts, boolean live) {
        List<SliceJudge> judges = parts.all().stream().map(part -> of(part, live).judge()).toList();
        List<BigDecimal> weights =
                parts.all().stream().map(part -> part.objective().weight()).toList();
        return remember(new Composite(judges, weights), new PartsJudge(parts, judges));
    }

    private record Composite(List<SliceJudge> judges, List<BigDecimal> weights) {}

    private JudgedSlices remember(Object question, SliceJudge judge) {
        if (known.size() > MOST) {
            known.clear();
        }
        return known.computeIfAbsent(question, _ -> new JudgedSlices(series, judge));
    }
}
