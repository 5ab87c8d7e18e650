package io.sluice.collector.otlp;

import static io.sluice.collector.wire.JsonToProto.Field.message;
import static io.sluice.collector.wire.JsonToProto.Field.messages;
import static io.sluice.collector.wire.JsonToProto.Field.repeated;
import static io.sluice.collector.wire.JsonToProto.Field.single;

import io.sluice.collector.wire.JsonToProto.Field;
import io.sluice.collector.wire.JsonToProto.Form;

import java.util.HashMap;
import java.util.Map;

/**
 * The fields of OTLP's requests that are read: by the extractors, or to show a span or a log record
 * to a person. The numbers are OTLP's.
 */
final class JsonSchema {

    private static final Map<String, Field> ANY_VALUE = new HashMap<>();
    private static final Map<String, Field> KEY_VALUE = new HashMap<>();

    static {
        KEY_VALUE.put("key", single(1, Form.STRING));
        KEY_VALUE.put("value", message(2, ANY_VALUE));
        ANY_VALUE.put("stringValue", single(1, Form.STRING));
        ANY_VALUE.put("boolValue", single(2, Form.BOOL));
        ANY_VALUE.put("intValue", single(3, Form.VARINT));
        ANY_VALUE.put("doubleValue", single(4, Form.DOUBLE));
        ANY_VALUE.put("arrayValue", message(5, Map.of("values", messages(1, ANY_VALUE))));
        ANY_VALUE.put("kvlistValue", message(6, Map.of("values", messages(1, KEY_VALUE))));
        ANY_VALUE.put("bytesValue", single(7, Form.BYTES));
    }

    private static final Map<String, Field> RESOURCE = Map.of("attributes", messages(1, KEY_VALUE));

    private static final Map<String, Field> SCOPE =
            Map.of(
                    "name",
                    single(1, Form.STRING),
                    "version",
                    single(2, Form.STRING),
                    "attributes",
                    messages(3, KEY_VALUE));

    private static final Map<String, Field> SPAN =
            Map.ofEntries(
                    Map.entry("traceId", single(1, Form.HEX_ID)),
                    Map.entry("spanId", single(2, Form.HEX_ID)),
                    Map.entry("traceState", single(3, Form.STRING)),
                    Map.entry("parentSpanId", single(4, Form.HEX_ID)),
                    Map.entry("name", single(5, Form.STRING)),
                    Map.entry("kind", single(6, Form.ENUM)),
                    Map.entry("startTimeUnixNano", single(7, Form.FIXED64)),
                    Map.entry("endTimeUnixNano", single(8, Form.FIXED64)),
                    Map.entry("attributes", messages(9, KEY_VALUE)),
                    Map.entry(
                            "status",
                            message(
                                    15,
                                    Map.of(
                                            "message",
                                            single(2, Form.STRING),
                                            "code",
                                            single(3, Form.ENUM)))));

    /** {@code ExportTraceServiceRequest}. */
    static final Map<String, Field> TRACES = request("resourceSpans", "scopeSpans", "spans", SPAN);

    private static final Map<String, Field> NUMBER_POINT =
            Map.of(
                    "startTimeUnixNano", single(2, Form.FIXED64),
                    "timeUnixNano", single(3, Form.FIXED64),
                    "asDouble", single(4, Form.DOUBLE),
                    "asInt", single(6, Form.SFIXED64),
                    "attributes", messages(7, KEY_VALUE),
                    "flags", single(8, Form.VARINT));

    private static final Map<String, Field> HISTOGRAM_POINT =
            Map.of(
                    "startTimeUnixNano", single(2, Form.FIXED64),
                    "timeUnixNano", single(3, Form.FIXED64),
                    "count", single(4, Form.FIXED64),
                    "bucketCounts", repeated(6, Form.FIXED64),
                    "explicitBounds", repeated(7, Form.DOUBLE),
                    "attributes", messages(9, KEY_VALUE),
                    "flags", single(10, Form.VARINT));

    private static final Map<String, Field> BUCKETS =
            Map.of("offset", single(1, Form.SINT32), "bucketCounts", repeated(2, Form.VARINT));

    private static final Map<String, Field> EXPONENTIAL_POINT =
            Map.of(
                    "attributes", messages(1, KEY_VALUE),
                    "startTimeUnixNano", single(2, Form.FIXED64),
                    "timeUnixNano", single(3, Form.FIXED64),
                    "count", single(4, Form.FIXED64),
                    "scale", single(6, Form.SINT32),
                    "zeroCount", single(7, Form.FIXED64),
                    "positive", message(8, BUCKETS),
                    "negative", message(9, BUCKETS),
                    "flags", single(10, Form.VARINT),
                    "zeroThreshold", single(14, Form.DOUBLE));

    private static final Map<String, Field> SUMMARY_POINT =
            Map.of(
                    "startTimeUnixNano",
                    single(2, Form.FIXED64),
                    "timeUnixNano",
                    single(3, Form.FIXED64));

    private static final Map<String, Field> METRIC =
            Map.of(
                    "name", single(1, Form.STRING),
                    "unit", single(3, Form.STRING),
                    "gauge", message(5, Map.of("dataPoints", messages(1, NUMBER_POINT))),
                    "sum",
                            message(
                                    7,
                                    Map.of(
                                            "dataPoints", messages(1, NUMBER_POINT),
                                            "aggregationTemporality", single(2, Form.ENUM),
                                            "isMonotonic", single(3, Form.BOOL))),
                    "histogram",
                            message(
                                    9,
                                    Map.of(
                                            "dataPoints", messages(1, HISTOGRAM_POINT),
                                            "aggregationTemporality", single(2, Form.ENUM))),
                    "exponentialHistogram",
                            message(
                                    10,
                                    Map.of(
                                            "dataPoints", messages(1, EXPONENTIAL_POINT),
                                            "aggregationTemporality", single(2, Form.ENUM))),
                    "summary", message(11, Map.of("dataPoints", messages(1, SUMMARY_POINT))));

    /** {@code ExportMetricsServiceRequest}. */
    static final Map<String, Field> METRICS =
            request("resourceMetrics", "scopeMetrics", "metrics", METRIC);

    private static final Map<String, Field> LOG_RECORD =
            Map.of(
                    "timeUnixNano", single(1, Form.FIXED64),
                    "severityNumber", single(2, Form.ENUM),
                    "severityText", single(3, Form.STRING),
                    "body", message(5, ANY_VALUE),
                    "attributes", messages(6, KEY_VALUE),
                    "traceId", single(9, Form.HEX_ID),
                    "spanId", single(10, Form.HEX_ID),
                    "observedTimeUnixNano", single(11, Form.FIXED64),
                    "eventName", single(12, Form.STRING));

    /** {@code ExportLogsServiceRequest}. */
    static final Map<String, Field> LOGS =
            request("resourceLogs", "scopeLogs", "logRecords", LOG_RECORD);

    /** OTLP gives these levels the same numbers in all signals. */
    private static Map<String, Field> request(
            String resources, String scopes, String items, Map<String, Field> item) {
        Map<String, Field> scope = Map.of("scope", message(1, SCOPE), items, messages(2, item));
        Map<String, Field> resource =
                Map.of("resource", message(1, RESOURCE), scopes, messages(2, scope));
        return Map.of(resources, messages(1, resource));
    }

    private JsonSchema() {}
}
