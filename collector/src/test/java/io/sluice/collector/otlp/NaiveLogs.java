package io.sluice.collector.otlp;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.sluice.collector.NaiveConditions;
import io.sluice.collector.Summary;
import io.sluice.definitions.model.EventSource;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.RejectReason;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts log records the slow and obvious way, from generated classes. */
final class NaiveLogs {

    private final MeasurePlan plan;
    private final long receivedAt;
    private final Summary summary = Summary.empty();
    private long accepted;

    NaiveLogs(MeasurePlan plan, long receivedAt) {
        this.plan = plan;
        this.receivedAt = receivedAt;
    }

    Summary extract(ExportLogsServiceRequest request) {
        for (ResourceLogs resource : request.getResourceLogsList()) {
            resource.getScopeLogsList().stream()
                    .flatMap(scope -> scope.getLogRecordsList().stream())
                    .forEach(record -> take(resource.getResource().getAttributesList(), record));
        }
        return summary.withAccepted(accepted);
    }

    private long time(LogRecord record) {
        if (record.getTimeUnixNano() != 0) {
            return record.getTimeUnixNano();
        }
        return record.getObservedTimeUnixNano() != 0
                ? record.getObservedTimeUnixNano()
                : receivedAt;
    }

    private void take(List<KeyValue> resource, LogRecord record) {
        long time = time(record);
        BigInteger age =
                BigInteger.valueOf(receivedAt)
                        .subtract(new BigInteger(Long.toUnsignedString(time)));
        if (age.compareTo(BigInteger.valueOf(-Duration.ofMinutes(10).toNanos())) < 0) {
            summary.rejected().merge(RejectReason.FUTURE, 1L, Long::sum);
        } else if (age.compareTo(BigInteger.valueOf(Duration.ofHours(48).toNanos())) > 0) {
            summary.rejected().merge(RejectReason.TOO_OLD, 1L, Long::sum);
        } else {
            accepted++;
            count(resource, record, time / 1_000_000_000L / 10 * 10);
        }
    }

    private void count(List<KeyValue> resource, LogRecord record, long bucket) {
        Map<String, AnyValue> own = NaiveConditions.effective(resource, List.of());
        Map<String, AnyValue> values =
                NaiveConditions.effective(resource, record.getAttributesList());
        if (record.getSeverityNumberValue() != 0) {
            values.put(
                    "severity_number",
                    AnyValue.newBuilder().setIntValue(record.getSeverityNumberValue()).build());
        }
        Optional<String> service =
                Optional.ofNullable(own.get("service.name")).flatMap(NaiveConditions::text);
        service.filter(name -> !name.isEmpty()).ifPresent(name -> summary.heartbeat(name, bucket));
        for (Measure measure : plan.measures()) {
            List<Measure.Tap.Count> taps =
                    measure.taps().stream()
                            .map(tap -> (Measure.Tap.Count) tap)
                            .filter(tap -> matches(tap.source(), record, service, values))
                            .toList();
            if (!taps.isEmpty()) {
                int good = taps.stream().mapToInt(Measure.Tap.Count::good).sum();
                int total = taps.stream().mapToInt(Measure.Tap.Count::total).sum();
                count(measure, values, bucket, good, total);
            }
        }
    }

    private void count(
            Measure measure, Map<String, AnyValue> values, long bucket, int good, int total) {
        String group = text(values, measure.totalSource().groupBy().orElseThrow()).orElse("");
        Summary.Counts counts = summary.counts(measure.index(), bucket, group);
        counts.good += good;
        counts.total += total;
        counts.goodThousandths += 1_000L * good;
        counts.totalThousandths += 1_000L * total;
        if (total > good) {
            for (String key : measure.totalSource().breakdownBy()) {
                text(values, key)
                        .ifPresent(
                                value ->
                                        summary.bad(
                                                measure.index(), bucket, key, value, total - good));
            }
        }
    }

    private static Optional<String> text(Map<String, AnyValue> values, String key) {
        return Optional.ofNullable(values.get(key)).flatMap(NaiveConditions::text);
    }

    private static boolean matches(
            EventSource source,
            LogRecord record,
            Optional<String> service,
            Map<String, AnyValue> values) {
        return source instanceof EventSource.Events events
                && (events.service().isEmpty() || events.service().equals(service))
                && (events.name().isEmpty() || events.name().equals(eventName(record)))
                && NaiveConditions.all(events.where(), values);
    }

    private static Optional<String> eventName(LogRecord record) {
        if (!record.getEventName().isEmpty()) {
            return Optional.of(record.getEventName());
        }
        return Optional.ofNullable(
                        NaiveConditions.effective(List.of(), record.getAttributesList())
                                .get("event.name"))
                .filter(AnyValue::hasStringValue)
                .map(AnyValue::getStringValue);
    }
}
