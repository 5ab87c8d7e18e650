package io.sluice.engine.slo;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.RecurrenceRule;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * One SLO once: its 30 days and the eight windows of the workbook's pairs, over 30 days of history
 * in 4 groups.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SloEvaluatorBenchmark {
    private static final long T = 1_800_000_000L;
    private static final long DAY = 86_400;

    private SloEvaluator evaluator;
    private SloEvaluator newlyDefined;
    private MeasurePlan plan;
    private MeasurePlan excluding;
    private Slo events;
    private Slo slices;
    private final Instant at = Instant.ofEpochSecond(T);

    @Setup
    public void setUp() {
        AlertPolicy[] pairs = {
            TestDefinitions.burnRate("a", 14.4, Duration.ofHours(1), Duration.ofMinutes(5), 10),
            TestDefinitions.burnRate("b", 6, Duration.ofHours(6), Duration.ofMinutes(30), 10),
            TestDefinitions.burnRate("c", 3, Duration.ofDays(1), Duration.ofHours(2), 10),
            TestDefinitions.burnRate("d", 1, Duration.ofDays(3), Duration.ofHours(6), 10)
        };
        events = TestDefinitions.slo("cart", "0.999", TestDefinitions.rolling(30), pairs);
        slices =
                TestDefinitions.slo(
                        "cart-slices",
                        BudgetingMethod.TIMESLICES,
                        TestDefinitions.slices("cart", "0.99", "0.95", Duration.ofMinutes(1)),
                        TestDefinitions.rolling(30),
                        pairs);
        plan = MeasurePlan.compile(new TestDefinitions().set("set", events, slices));
        excluding =
                MeasurePlan.compile(
                        TestDefinitions.excluding(plan.definitions(), weeklyExclusions(300)));
        SeriesTable series = new SeriesTable();
        evaluator = new SloEvaluator(series, History.COMPLETE);
        newlyDefined = new SloEvaluator(series, new CountedSince(T));
        String measure = plan.forObjective("cart", 0).id();
        for (long bucket = T - 30 * DAY; bucket < T; bucket += 10) {
            series.add(SeriesKey.heartbeat("cart"), bucket, 1, 1, 1000, 1000, null, bucket);
            SeriesKey key = new SeriesKey(measure, "/" + bucket / 10 % 4);
            series.add(key, bucket, 99, 100, 99_000, 100_000, null, bucket);
            series.compact(bucket);
        }
    }

    private record CountedSince(long second) implements History {
        @Override
        public long countedSince(String measure) {
            return second;
        }

        @Override
        public OptionalDouble progress(String measure) {
            return OptionalDouble.empty();
        }
    }

    /** Of five minutes each, so that more than every hour has one. */
    private static Exclusion[] weeklyExclusions(int count) {
        LocalDateTime monday = LocalDateTime.parse("2025-01-06T00:00:00");
        RecurrenceRule weekly = new RecurrenceRule("FREQ=WEEKLY");
        return IntStream.range(0, count)
                .mapToObj(
                        i ->
                                TestDefinitions.excluding(
                                        "weekly-" + i,
                                        new Exclusion.Recurring(
                                                monday.plusMinutes(33L * i),
                                                ZoneId.of("Europe/Berlin"),
                                                Duration.ofMinutes(5),
                                                weekly),
                                        "cart",
                                        "cart-slices"))
                .toArray(Exclusion[]::new);
    }

    @Benchmark
    public SloStatus occurrences() {
        return evaluator.evaluate(plan, events, at);
    }

    /** Covered where there were events, as an SLO without a service is. */
    @Benchmark
    public SloStatus occurrencesCoveredByEvents() {
        return newlyDefined.evaluate(plan, events, at);
    }

    @Benchmark
    public SloStatus timeslices() {
        return evaluator.evaluate(plan, slices, at);
    }

    @Benchmark
    public SloStatus occurrencesWith300WeeklyExclusions() {
        return evaluator.evaluate(excluding, events, at);
    }

    @Benchmark
    public SloStatus timeslicesWith300WeeklyExclusions() {
        return evaluator.evaluate(excluding, slices, at);
    }

    @Benchmark
    public BurnDown burnDownOf30DaysByTheHour() {
        return evaluator.burnDown(plan, events, 0, at.minus(Duration.ofDays(30)), at, 720, at);
    }
}
