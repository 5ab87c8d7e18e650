package io.sluice.engine.alert;

import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.WindowSum;
import io.sluice.engine.slo.SloEvaluator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * When the trouble began that a burn-rate condition has found: after the last slice of time in
 * which the bad events beyond what the threshold allows, added up and never under zero, came to
 * nothing (the CUSUM estimate of a change point; Page, 1954). What follows is cut again, into
 * {@value #SLICES} slices at most, so it is known to a bucket, or to a part in so many of how long
 * it has lasted.
 */
final class Beginning {
    /** How finely it is told. */
    private static final long SLICES = 360;

    private static final long BUCKET = 10;

    private final SloEvaluator evaluator;
    private final MeasurePlan plan;
    private final Sighting seen;
    private final Instant at;

    Beginning(SloEvaluator evaluator, MeasurePlan plan, Sighting seen, Instant at) {
        this.evaluator = evaluator;
        this.plan = plan;
        this.seen = seen;
        this.at = at;
    }

    Instant find() {
        long to = Math.floorDiv(at.getEpochSecond(), BUCKET) * BUCKET + BUCKET;
        long began = to - seen.longWindow().toSeconds();
        long before;
        do {
            before = began;
            began = Math.max(before, lastUnburdened(before, to));
        } while (began > before && began < to);
        return Instant.ofEpochSecond(Math.min(began, at.getEpochSecond()));
    }

    /** The end of the last of so many slices in which the excess came to nothing. */
    private long lastUnburdened(long since, long to) {
        long length = Math.ceilDiv(to - since, SLICES * BUCKET) * BUCKET;
        long from = to - Math.ceilDiv(to - since, length) * length;
        long last = from;
        long end = from;
        double excess = 0;
        for (double more :
                seen.isShared() ? shared(from, to, length) : ofObjective(from, to, length)) {
            end += length;
            excess = Math.max(0, excess + more);
            last = excess > 0 ? last : end;
        }
        return last;
    }

    private List<Double> ofObjective(long from, long to, long length) {
        Objective objective = seen.slo().objectives().get(seen.objective());
        double allowed = seen.threshold() * (1 - objective.target().doubleValue());
        List<Double> excesses = new ArrayList<>();
        for (WindowSum slice :
                evaluator.recentSlices(plan, seen.slo(), seen.objective(), from, to, length, at)) {
            double total = slice.totalThousandths();
            excesses.add(total - slice.goodThousandths() - allowed * total);
        }
        return excesses;
    }

    /**
     * In shares of the shared budget. What a part spends is its own burn rate times its weight;
     * what the threshold allows is spread like the traffic, in each part alike.
     */
    private List<Double> shared(long from, long to, long length) {
        Slo slo = seen.slo();
        double[] excesses = new double[Math.toIntExact((to - from) / length)];
        List<List<WindowSum>> parts = new ArrayList<>();
        for (int i = 0; i < slo.objectives().size(); i++) {
            parts.add(evaluator.recentSlices(plan, slo, i, from, to, length, at));
        }
        long heard = parts.stream().filter(slices -> total(slices) > 0).count();
        for (int part = 0; part < parts.size(); part++) {
            double all = total(parts.get(part));
            Objective objective = slo.objectives().get(part);
            double spends =
                    objective.weight().doubleValue()
                            / ((1 - objective.target().doubleValue()) * all);
            for (int i = 0; i < excesses.length && all > 0; i++) {
                WindowSum slice = parts.get(part).get(i);
                double total = slice.totalThousandths();
                double bad = total - slice.goodThousandths();
                excesses[i] += spends * bad - seen.threshold() * total / (all * heard);
            }
        }
        List<Double> inOrder = new ArrayList<>(excesses.length);
        for (double excess : excesses) {
            inOrder.add(excess);
        }
        return inOrder;
    }

    private static double total(List<WindowSum> slices) {
        return slices.stream().mapToDouble(WindowSum::totalThousandths).sum();
    }
}
