package io.sluice.collector.otlp;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.collector.NaiveConditions;
import io.sluice.collector.NaiveSum;
import io.sluice.collector.RandomOtlp;
import io.sluice.collector.Summary;
import io.sluice.definitions.model.EventSource;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.RejectReason;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a trace request contributes, found out the slow and obvious way from the generated classes.
 */
final class NaiveTraces {

    private static final Pattern DIGITS = Pattern.compile("[0-9a-fA-F]{1,14}");

    private final MeasurePlan plan;
    private final BigInteger receivedAt;
    private final Duration maxAge;
    private final Summary summary = Summary.empty();
    private long accepted;

    NaiveTraces(MeasurePlan plan, long receivedAtNanos, boolean backfill) {
        this.plan = plan;
        this.receivedAt = BigInteger.valueOf(receivedAtNanos);
        this.maxAge = backfill ? Duration.ofDays(400) : Duration.ofHours(48);
    }

    Summary extract(ExportTraceServiceRequest request) {
        for (ResourceSpans resource : request.getResourceSpansList()) {
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                for (Span span : scope.getSpansList()) {
                    Optional<RejectReason> problem = problem(span);
                    if (problem.isPresent()) {
                        summary.rejected().merge(problem.get(), 1L, Long::sum);
                    } else {
                        accepted++;
                        count(resource, span);
                    }
                }
            }
        }
        return summary.withAccepted(accepted);
    }

    private Optional<RejectReason> problem(Span span) {
        if (!isId(span.getTraceId().toByteArray(), 16)
                || !isId(span.getSpanId().toByteArray(), 8)) {
            return Optional.of(RejectReason.INVALID_ID);
        }
        BigInteger start = unsigned(span.getStartTimeUnixNano());
        BigInteger end = unsigned(span.getEndTimeUnixNano());
        if (start.signum() == 0 || end.compareTo(start) < 0) {
            return Optional.of(RejectReason.INVALID_TIME);
        }
        if (end.subtract(receivedAt).compareTo(nanos(Duration.ofMinutes(10))) > 0) {
            return Optional.of(RejectReason.FUTURE);
        }
        if (receivedAt.subtract(end).compareTo(nanos(maxAge)) > 0) {
            return Optional.of(RejectReason.TOO_OLD);
        }
        return Optional.empty();
    }

    private static boolean isId(byte[] id, int length) {
        return id.length == length && new BigInteger(1, id).signum() != 0;
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    private static BigInteger nanos(Duration duration) {
        return BigInteger.valueOf(duration.toNanos());
    }

    private void count(ResourceSpans resource, Span span) {
        Map<String, AnyValue> values =
                NaiveConditions.effective(
                        resource.getResource().getAttributesList(), span.getAttributesList());
        switch (span.getStatus().getCode()) {
            case STATUS_CODE_OK -> values.put("otel.status_code", RandomOtlp.text("OK"));
            case STATUS_CODE_ERROR -> values.put("otel.status_code", RandomOtlp.text("ERROR"));
            case STATUS_CODE_UNSET, UNRECOGNIZED -> {}
        }
        Map<String, AnyValue> own =
                NaiveConditions.effective(resource.getResource().getAttributesList(), List.of());
        Optional<String> service =
                Optional.ofNullable(own.get("service.name")).flatMap(NaiveConditions::text);
        long bucket = span.getEndTimeUnixNano() / 1_000_000_000L / 10 * 10;
        service.filter(name -> !name.isEmpty()).ifPresent(name -> summary.heartbeat(name, bucket));
        long weight = weight(span.getTraceState());
        for (Measure measure : plan.measures()) {
            count(measure, span, service, values, bucket, weight);
        }
    }

    private void count(
            Measure measure,
            Span span,
            Optional<String> service,
            Map<String, AnyValue> values,
            long bucket,
            long weight) {
        double nanos = span.getEndTimeUnixNano() - span.getStartTimeUnixNano();
        int good = 0;
        int total = 0;
        boolean any = false;
        List<Double> judged = new ArrayList<>();
        for (Measure.Tap tap : measure.taps()) {
            if (!(tap.source() instanceof EventSource.Spans source)
                    || !matches(source, span, service, values)) {
                continue;
            }
            any = true;
            switch (tap) {
                case Measure.Tap.Count count -> {
                    good += count.good();
                    total += count.total();
                }
                case Measure.Tap.Judge judge -> {
                    double value = inUnit(nanos, judge.unit());
                    judged.add(value);
                    total++;
                    good += judge.op().test(value, judge.bound()) ? 1 : 0;
                }
                case Measure.Tap.Sample sample -> {
                    judged.add(inUnit(nanos, sample.unit()));
                    total++;
                    good++;
                }
                case Measure.Tap.Sum sum ->
                        NaiveSum.add(
                                nanos,
                                1,
                                sum.unit(),
                                () ->
                                        summary.counts(
                                                measure.index(), bucket, group(measure, values)));
                case Measure.Tap.Share _ -> throw new AssertionError("a span is no share");
            }
        }
        if (!any || measure.sumsUp()) {
            return;
        }
        Summary.Counts counts = summary.counts(measure.index(), bucket, group(measure, values));
        counts.good += good;
        counts.total += total;
        counts.goodThousandths += good * weight;
        counts.totalThousandths += total * weight;
        judged.forEach(counts.sketch::add);
        if (total > good) {
            for (String key : measure.totalSource().breakdownBy()) {
                Optional<String> value =
                        Optional.ofNullable(values.get(key)).flatMap(NaiveConditions::text);
                if (value.isPresent()) {
                    summary.bad(measure.index(), bucket, key, value.get(), total - good);
                }
            }
        }
    }

    private static String group(Measure measure, Map<String, AnyValue> values) {
        return measure.totalSource()
                .groupBy()
                .flatMap(key -> Optional.ofNullable(values.get(key)))
                .flatMap(NaiveConditions::text)
                .orElse("");
    }

    private static double inUnit(double nanos, io.sluice.definitions.model.Indicator.Unit unit) {
        return switch (unit) {
            case MILLISECONDS -> nanos / 1e6;
            case SECONDS -> nanos / 1e9;
            case NONE -> nanos;
        };
    }

    private static boolean matches(
            EventSource.Spans source,
            Span span,
            Optional<String> service,
            Map<String, AnyValue> values) {
        return (source.service().isEmpty() || source.service().equals(service))
                && source.name().map(name -> name.equals(span.getName())).orElse(true)
                && source.kind().map(kind -> kind.ordinal() == span.getKindValue()).orElse(true)
                && NaiveConditions.all(source.where(), values);
    }

    /** A list has one member of a name; where it has more, the first is the latest. */
    private static long weight(String traceState) {
        return Stream.of(traceState.split(",", -1))
                .map(member -> member.replaceFirst("^[ \t]+", ""))
                .filter(member -> member.startsWith("ot="))
                .findFirst()
                .stream()
                .flatMap(member -> Stream.of(member.substring("ot=".length()).split(";", -1)))
                .filter(field -> field.startsWith("th:"))
                .findFirst()
                .map(field -> field.substring("th:".length()))
                .filter(digits -> DIGITS.matcher(digits).matches())
                .map(NaiveTraces::thousandths)
                .orElse(1_000L);
    }

    private static long thousandths(String digits) {
        BigInteger range = BigInteger.ONE.shiftLeft(56);
        BigInteger threshold = new BigInteger(digits + "0".repeat(14 - digits.length()), 16);
        double weight = range.doubleValue() / range.subtract(threshold).doubleValue();
        return Math.min(Math.round(weight * 1_000), 1_000L << 20);
    }
}
