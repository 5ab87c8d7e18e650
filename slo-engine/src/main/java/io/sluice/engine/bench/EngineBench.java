package io.sluice.engine.bench;

import io.sluice.definitions.model.Slo;
import io.sluice.engine.bench.BenchSlos.Method;
import io.sluice.engine.bench.BenchTraffic.Feed;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.slo.History;
import io.sluice.engine.slo.SloEvaluator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures the engine: what it costs to look at one SLO, at very many, and what their history takes
 * in memory and on disk. What is measured is what a server runs; only the events are made up.
 * Processor time is the measuring thread's own, times are medians.
 */
public final class EngineBench {
    /** On the hour, at noon. */
    static final long NOW =
            1_800_014_400L - 1_800_014_400L % BenchTraffic.DAY + BenchTraffic.DAY / 2;

    /** Looks of one figure: five minutes, in which every window slides. */
    private static final int LOOKS = 300;

    /** Until the machine code is what it will be. */
    private static final int WARM_UP = 40;

    private final Sizes sizes;

    /**
     * How much is measured.
     *
     * @param slos how many there are of them together, where there are many
     * @param history how long the many have been measured
     * @param days how long a single one has been measured, each time
     * @param rounds how often a figure is measured
     * @param diskDays how many days of a series are written to disk
     */
    public record Sizes(int slos, Duration history, List<Integer> days, int rounds, int diskDays) {
        /** 10,000 SLOs, and single ones with up to 390 days behind them. */
        public static final Sizes WHOLE =
                new Sizes(10_000, Duration.ofDays(2), List.of(30, 390), 9, 30);

        /** 1,000 SLOs, and single ones with 30 days. */
        public static final Sizes QUICK = new Sizes(1_000, Duration.ofDays(1), List.of(30), 5, 30);

        public Sizes {
            days = List.copyOf(days);
        }
    }

    public EngineBench(Sizes sizes) {
        this.sizes = sizes;
    }

    /**
     * Measures everything, and tells each figure as soon as it is there.
     *
     * @param folder for stores, which are deleted afterwards
     * @throws IOException if it cannot be written
     */
    public void run(Path folder, Consumer<EngineRow> told) throws IOException {
        for (int days : sizes.days()) {
            for (Method method : Method.values()) {
                one(method, days, told);
            }
        }
        new DiskBench(sizes.diskDays(), folder).run(told);
        new FleetBench(sizes, folder).run(told);
    }

    /** One SLO second by second, while events come. */
    private void one(Method method, int days, Consumer<EngineRow> told) {
        MeasurePlan plan = MeasurePlan.compile(BenchSlos.of(1, method));
        Slo slo = plan.definitions().slos().values().iterator().next();
        Feed feed = new Feed(plan, 0, false);
        SeriesTable series = new SeriesTable();
        BenchTraffic traffic = new BenchTraffic(days);
        traffic.fill(series, feed, NOW - days * BenchTraffic.DAY, NOW, series::compact);
        SloEvaluator evaluator = new SloEvaluator(series, History.COMPLETE);
        List<Double> rounds = new ArrayList<>();
        long second = NOW;
        for (int round = -WARM_UP; round < sizes.rounds(); round++) {
            long nanos = 0;
            for (int look = 0; look < LOOKS; look++, second++) {
                if (second % BenchTraffic.BUCKET == 0) {
                    traffic.next(series, feed, second);
                }
                Instant at = Instant.ofEpochSecond(second);
                nanos += Cpu.nanosOf(() -> evaluator.evaluate(plan, slo, at));
            }
            if (round >= 0) {
                rounds.add(nanos / 1e3 / LOOKS);
            }
        }
        String history = ", %d d of history".formatted(days);
        told.accept(
                new EngineRow(
                        "one SLO, all windows, " + method + history, median(rounds), "µs CPU"));
        Instant now = Instant.ofEpochSecond(second);
        double burnDown =
                Cpu.medianNanos(
                        20 * sizes.rounds(),
                        i ->
                                evaluator.burnDown(
                                        plan,
                                        slo,
                                        0,
                                        now.minus(Duration.ofDays(30)),
                                        now,
                                        720,
                                        now));
        told.accept(
                new EngineRow(
                        "burn-down of 30 d in 720 points, " + method + history,
                        burnDown / 1e6,
                        "ms CPU"));
    }

    private static double median(List<Double> values) {
        return Cpu.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
