package io.sluice.examples.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.sluice.examples.telemetry.BusinessKpis;
import io.sluice.examples.telemetry.ServiceIdentity;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

class BaselineKpisTest {
    private static final BaselinePlan PLAN =
            new BaselinePlan(Instant.parse("2026-11-23T19:00:00Z"), 28, 0, 42);

    @Test
    void sums_areExact_andCountersAreDeltas() throws Exception {
        Map<String, Long> told = new HashMap<>();
        Map<String, Long> read = new HashMap<>();
        for (BaselineKpis.Body body : bodies()) {
            body.sums().forEach((name, sum) -> told.merge(name, sum, Long::sum));
            for (Metric metric : metrics(body)) {
                if (metric.hasSum()) {
                    assertThat(metric.getSum().getAggregationTemporality())
                            .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA);
                    long value = (long) metric.getSum().getDataPoints(0).getAsDouble();
                    read.merge(metric.getName(), value, Long::sum);
                } else {
                    assertThat(metric.hasGauge()).isTrue();
                    read.merge(metric.getName(), 1L, Long::sum);
                }
            }
        }
        assertThat(told).isEqualTo(read).isNotEmpty();
        double abandoned = read.get(BusinessKpis.CARTS_ABANDONED);
        assertThat(abandoned / read.get(BusinessKpis.CARTS_CREATED)).isCloseTo(0.7, within(0.01));
    }

    @Test
    void completion_takesFourAndAHalfMinutes() throws Exception {
        double mean =
                metrics(bodies().getFirst()).stream()
                        .filter(m -> m.getName().equals(BusinessKpis.COMPLETION))
                        .mapToDouble(m -> m.getGauge().getDataPoints(0).getAsDouble())
                        .average()
                        .orElseThrow();
        assertThat(mean / 60_000).isCloseTo(4.5, within(0.1));
    }

    private static List<BaselineKpis.Body> bodies() {
        return new BaselineKpis(
                        PLAN,
                        new ServiceIdentity("shop-frontend", "1"),
                        new ServiceIdentity("shop-operations", "1"))
                .bodies();
    }

    private static List<Metric> metrics(BaselineKpis.Body body) throws Exception {
        List<Metric> metrics = new ArrayList<>();
        ExportMetricsServiceRequest.parseFrom(body.request().toByteArray())
                .getResourceMetricsList()
                .forEach(
                        r ->
                                r.getScopeMetricsList()
                                        .forEach(s -> metrics.addAll(s.getMetricsList())));
        return metrics;
    }
}
