package io.sluice.examples.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.sluice.examples.simulation.Dice;

import org.junit.jupiter.api.Test;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

class OperationsEmitterTest {
    private final Recording recording = new Recording();

    @Test
    void everyPoint_isToldOnce() {
        OperationsEmitter emitter =
                OperationsEmitter.start(recording, new Dice(1, "operations"), () -> 0.5);
        while (recording.metrics.isEmpty()) {
            Thread.onSpinWait();
        }
        emitter.close();
        emitter.close();
        assertThat(points("db.client.connections.utilization")).isEqualTo(emitter.poolPoints());
        assertThat(points(OperatingFigures.COST_PER_ORDER)).isEqualTo(emitter.costPoints());
        assertThat(emitter.costPoints()).isEqualTo(emitter.poolPoints());
    }

    @Test
    void sideWithoutTraffic_saysNothing() {
        OperationsEmitter emitter =
                OperationsEmitter.start(recording, new Dice(1, "operations"), () -> 0);
        while (recording.metrics.isEmpty()) {
            Thread.onSpinWait();
        }
        emitter.close();
        assertThat(recording.metrics.toString()).contains("legacy").doesNotContain("platform");
    }

    private long points(String metric) {
        return recording.metrics.stream()
                .filter(m -> m.getName().equals(metric))
                .mapToLong(m -> m.getData().getPoints().size())
                .sum();
    }

    private static final class Recording implements MetricExporter {
        private final List<MetricData> metrics = new CopyOnWriteArrayList<>();

        @Override
        public CompletableResultCode export(Collection<MetricData> batch) {
            metrics.addAll(batch);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType type) {
            return AggregationTemporalitySelector.deltaPreferred().getAggregationTemporality(type);
        }
    }
}
