package io.sluice.examples.history;

import io.sluice.examples.operations.OperatingFigures;
import io.sluice.examples.simulation.Latency;
import io.sluice.examples.telemetry.BusinessKpis;
import io.sluice.examples.telemetry.ServiceIdentity;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The monolith's business and operating figures of the past, hour by hour, as OTLP metrics:
 * counters as sums of their hour (delta), the rest as gauge points. The same plan gives the same
 * bytes. Orders and sessions are not among them: told by the hour, they would say of single minutes
 * what was not measured.
 */
final class BaselineKpis {
    /** Carts in an average hour, all customers: those that become orders make $45M a year. */
    private static final int CARTS_PER_HOUR = 380;

    private static final double ABANDONED_RATIO = 0.70;
    private static final int COMPLETIONS_PER_HOUR = 4;

    /** SHOPFLOW's 4.5 minutes. */
    private static final Latency COMPLETION = new Latency(265_000, 0.25, 1_200_000);

    private static final int DELTA = 1;

    private final BaselinePlan plan;
    private final ServiceIdentity frontend;
    private final ServiceIdentity operations;

    BaselineKpis(BaselinePlan plan, ServiceIdentity frontend, ServiceIdentity operations) {
        this.plan = plan;
        this.frontend = frontend;
        this.operations = operations;
    }

    /**
     * An OTLP request.
     *
     * @param sums what the counters in it add up to, by metric; for gauges the number of points
     */
    record Body(ProtoWriter request, Map<String, Long> sums) {}

    /** The requests that tell all hours: one of the frontend's, one of the operations'. */
    List<Body> bodies() {
        List<Metric> business = new ArrayList<>();
        List<Metric> operating = new ArrayList<>();
        for (BaselinePlan.Hour hour : plan.hours()) {
            SplittableRandom random = new SplittableRandom(plan.seed() * 37 + hour.index());
            long carts = Math.round(CARTS_PER_HOUR * hour.weight());
            long abandoned = Math.round(carts * ABANDONED_RATIO);
            business.add(Metric.sum(BusinessKpis.CARTS_CREATED, hour, carts));
            business.add(Metric.sum(BusinessKpis.CARTS_ABANDONED, hour, abandoned));
            for (int i = 0; i < COMPLETIONS_PER_HOUR; i++) {
                long millis = COMPLETION.sampleNanos(random) / 1_000_000;
                business.add(Metric.gauge(BusinessKpis.COMPLETION, hour, i, (double) millis));
            }
            OperatingFigures figures = OperatingFigures.legacy();
            operating.add(
                    Metric.gauge(OperatingFigures.COST_MONTH, hour, 0, figures.costPerMonth()));
            operating.add(
                    Metric.gauge(OperatingFigures.COST_PER_ORDER, hour, 0, figures.costPerOrder()));
            double users = Math.min(figures.usersMax(), 1_100 * hour.weight());
            operating.add(
                    Metric.gauge(OperatingFigures.USERS_CONCURRENT, hour, 0, Math.rint(users)));
        }
        return List.of(body(frontend, business), body(operations, operating));
    }

    private static Body body(ServiceIdentity identity, List<Metric> metrics) {
        ProtoWriter items = new ProtoWriter(64 * 1024);
        Map<String, Long> sums = new HashMap<>();
        for (Metric metric : metrics) {
            items.message(2, metric.write());
            sums.merge(metric.name(), metric.counted(), Long::sum);
        }
        return new Body(Otlp.request(Otlp.resource(identity), items), sums);
    }

    private record Metric(String name, Instant from, Instant at, boolean counter, double value) {
        static Metric sum(String name, BaselinePlan.Hour hour, long value) {
            Instant end = hour.start().plus(BaselinePlan.HOUR).minusMillis(1);
            return new Metric(name, hour.start(), end, true, (double) value);
        }

        /** The n-th point of an hour; points lie ten minutes apart. */
        static Metric gauge(String name, BaselinePlan.Hour hour, int n, double value) {
            Instant at = hour.start().plus(Duration.ofMinutes(5 + 10L * n));
            return new Metric(name, at, at, false, value);
        }

        long counted() {
            return counter ? (long) value : 1;
        }

        ProtoWriter write() {
            ProtoWriter point = new ProtoWriter(64);
            if (counter) {
                point.fixed64(2, nanos(from));
            }
            point.fixed64(3, nanos(at)).float64(4, value);
            Otlp.attributes(point, 7, Map.of("side", "legacy", "region", "eu-west"));
            ProtoWriter data = new ProtoWriter(96).message(1, point);
            if (counter) {
                data.varint(2, DELTA).varint(3, 1);
            }
            return new ProtoWriter(128).string(1, name).message(counter ? 7 : 5, data);
        }

        private static long nanos(Instant instant) {
            return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
        }
    }
}
