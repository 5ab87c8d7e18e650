package io.sluice.examples.operations;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.sluice.examples.simulation.Dice;
import io.sluice.examples.simulation.Latency;
import io.sluice.examples.telemetry.Collector;
import io.sluice.examples.telemetry.ServiceIdentity;
import io.sluice.examples.telemetry.Side;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/**
 * Emits what operations look at, as OTLP gauges: cost per order and per month, concurrent users,
 * cold starts of functions, utilisation of connection pools. A gauge point is told once: what did
 * not change since the last round is not repeated.
 */
public final class OperationsEmitter implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final AttributeKey<String> SIDE = AttributeKey.stringKey("side");
    private static final AttributeKey<String> POOL = AttributeKey.stringKey("pool.name");
    private static final AttributeKey<String> FUNCTION = AttributeKey.stringKey("faas.name");
    private static final AttributeKey<Long> MEMORY = AttributeKey.longKey("faas.memory_mb");

    /** Functions over 1 GB, whose cold starts have an objective, and one that is smaller. */
    private static final List<Function> FUNCTIONS =
            List.of(
                    new Function("image-resizer", 1_536, new Latency(520, 0.2, 2_000)),
                    new Function("invoice-renderer", 2_048, new Latency(610, 0.18, 2_000)),
                    new Function("mail-sender", 512, new Latency(240, 0.25, 2_000)));

    private static final int LARGE_MEGABYTES = 1_024;
    private static final double COLD_START_RATIO = 0.3;

    private final SdkMeterProvider meters;
    private final DoubleGauge costPerOrder;
    private final DoubleGauge costPerMonth;
    private final DoubleGauge users;
    private final DoubleGauge coldStart;
    private final DoubleGauge poolUse;
    private final Dice dice;
    private final DoubleSupplier platformShare;
    private final LongAdder largeColdStarts = new LongAdder();
    private final LongAdder poolPoints = new LongAdder();
    private final LongAdder costPoints = new LongAdder();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread worker;

    private record Function(String name, int memoryMegabytes, Latency coldStart) {
        Attributes attributes() {
            return Attributes.of(FUNCTION, name, MEMORY, (long) memoryMegabytes);
        }
    }

    private OperationsEmitter(SdkMeterProvider meters, Dice dice, DoubleSupplier platformShare) {
        this.meters = meters;
        this.dice = dice;
        this.platformShare = platformShare;
        Meter meter = meters.get("shopflow");
        costPerOrder = meter.gaugeBuilder(OperatingFigures.COST_PER_ORDER).setUnit("USD").build();
        costPerMonth = meter.gaugeBuilder(OperatingFigures.COST_MONTH).setUnit("USD").build();
        users = meter.gaugeBuilder(OperatingFigures.USERS_CONCURRENT).setUnit("{user}").build();
        coldStart = meter.gaugeBuilder("faas.init_duration").setUnit("s").build();
        poolUse = meter.gaugeBuilder("db.client.connections.utilization").setUnit("1").build();
        worker = Thread.ofVirtual().name("operations").start(this::emitAgainAndAgain);
    }

    /**
     * Starts emitting.
     *
     * @param platformShare of the traffic, 0..1: a side without traffic reports nothing
     */
    public static OperationsEmitter start(
            Collector collector, Dice dice, DoubleSupplier platformShare) {
        return start(
                OtlpHttpMetricExporter.builder()
                        .setEndpoint(collector.otlpHttp() + "/v1/metrics")
                        // Delta makes the SDK forget a gauge's value once it is told.
                        .setAggregationTemporalitySelector(
                                AggregationTemporalitySelector.deltaPreferred())
                        .build(),
                dice,
                platformShare);
    }

    static OperationsEmitter start(
            MetricExporter exporter, Dice dice, DoubleSupplier platformShare) {
        SdkMeterProvider meters =
                SdkMeterProvider.builder()
                        .setResource(new ServiceIdentity("shop-operations", "1.0").resource())
                        .registerMetricReader(
                                PeriodicMetricReader.builder(exporter)
                                        .setInterval(Duration.ofHours(1))
                                        .build())
                        .build();
        return new OperationsEmitter(meters, dice, platformShare);
    }

    private void emitAgainAndAgain() {
        try {
            while (true) {
                emit(dice.roll());
                meters.forceFlush().join(10, TimeUnit.SECONDS);
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void emit(RandomGenerator random) {
        double share = platformShare.getAsDouble();
        if (share < 1) {
            emit(Side.LEGACY, OperatingFigures.legacy(), 1 - share, random);
        }
        if (share > 0) {
            emit(Side.PLATFORM, OperatingFigures.platform(), share, random);
        }
        for (Function function : FUNCTIONS) {
            if (random.nextDouble() < COLD_START_RATIO) {
                coldStart.set(
                        function.coldStart().sampleNanos(random) / 1e9, function.attributes());
                if (function.memoryMegabytes() > LARGE_MEGABYTES) {
                    largeColdStarts.increment();
                }
            }
        }
        poolUse.set(0.35 + 0.2 * random.nextDouble(), Attributes.of(POOL, "orders"));
        poolUse.set(0.25 + 0.2 * random.nextDouble(), Attributes.of(POOL, "carts"));
        poolPoints.add(2);
    }

    private void emit(Side side, OperatingFigures figures, double share, RandomGenerator random) {
        Attributes attributes = Attributes.of(SIDE, side.tag());
        costPerOrder.set(figures.costPerOrder() * (0.97 + 0.06 * random.nextDouble()), attributes);
        costPoints.increment();
        costPerMonth.set(figures.costPerMonth(), attributes);
        users.set(Math.rint(figures.usersMax() * share), attributes);
    }

    /** Cold starts of functions over 1 GB that were told. */
    public long largeColdStarts() {
        return largeColdStarts.sum();
    }

    /** Points of pool utilisation that were told. */
    public long poolPoints() {
        return poolPoints.sum();
    }

    /** Points of cost per order that were told. */
    public long costPoints() {
        return costPoints.sum();
    }

    /** Tells what is left; a second call does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        worker.interrupt();
        try {
            worker.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        meters.shutdown().join(10, TimeUnit.SECONDS);
    }
}
