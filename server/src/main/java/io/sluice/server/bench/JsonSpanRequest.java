package io.sluice.server.bench;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What {@link SpanRequest} sends, as OTLP/JSON: ids in hex, times as texts of nineteen digits, both
 * changed in place. Not thread-safe.
 */
final class JsonSpanRequest {
    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_TIME = "0".repeat(19);

    private final byte[] bytes;
    private final int[] traceIds;
    private final int[] starts;
    private final int[] ends;

    /**
     * @param spans how many, at least 1
     */
    JsonSpanRequest(int spans) {
        traceIds = new int[spans];
        starts = new int[spans];
        ends = new int[spans];
        StringBuilder text = new StringBuilder();
        text.append("{\"resourceSpans\":[{\"resource\":{\"attributes\":")
                .append(attributes(ShopSpan.RESOURCE))
                .append("},\"scopeSpans\":[{\"spans\":[");
        for (int i = 0; i < spans; i++) {
            ShopSpan span = new ShopSpan(i);
            text.append(i == 0 ? "" : ",").append("{\"traceId\":\"");
            traceIds[i] = text.length();
            text.append(NO_TRACE)
                    .append("\",\"spanId\":\"")
                    .append(HexFormat.of().toHexDigits(i + 1L))
                    .append("\",\"name\":\"")
                    .append(span.name())
                    .append("\",\"kind\":")
                    .append(ShopSpan.KIND_SERVER)
                    .append(",\"startTimeUnixNano\":\"");
            starts[i] = text.length();
            text.append(NO_TIME).append("\",\"endTimeUnixNano\":\"");
            ends[i] = text.length();
            text.append(NO_TIME)
                    .append("\",\"attributes\":")
                    .append(attributes(span.attributes()))
                    .append('}');
        }
        text.append("]}]}]}");
        bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** None of our texts needs escaping. */
    private static String attributes(Map<String, ?> attributes) {
        return attributes.entrySet().stream()
                .map(
                        entry ->
                                "{\"key\":\"%s\",\"value\":{\"%s\":\"%s\"}}"
                                        .formatted(
                                                entry.getKey(),
                                                entry.getValue() instanceof Long
                                                        ? "intValue"
                                                        : "stringValue",
                                                entry.getValue()))
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** The next request: other ids, ended now. The same array every time. */
    byte[] next(long sequence, long nowNanos) {
        for (int i = 0; i < traceIds.length; i++) {
            putHex(traceIds[i], sequence);
            putHex(traceIds[i] + 16, i + 1L);
            Wire.putDecimal(bytes, starts[i], NO_TIME.length(), nowNanos - new ShopSpan(i).nanos());
            Wire.putDecimal(bytes, ends[i], NO_TIME.length(), nowNanos);
        }
        return bytes;
    }

    private void putHex(int at, long value) {
        for (int i = 0; i < 16; i++) {
            bytes[at + i] = (byte) Character.forDigit((int) (value >>> (60 - 4 * i)) & 0xf, 16);
        }
    }
}
