package io.sluice.collector.otlp;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.wire.Scan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How many spans a sampled one stands for: tracestate's member {@code ot} says with {@code th}
 * below which 56-bit random number traces were thrown away. See <a
 * href="https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/">OpenTelemetry:
 * TraceState Handling</a>.
 */
final class SamplingThreshold {

    private static final byte[] MEMBER = "ot=".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] THRESHOLD = "th:".getBytes(StandardCharsets.US_ASCII);

    /** 56 bits; trailing zeros are left out. */
    private static final int MAX_DIGITS = 14;

    private static final double RANGE = 0x1p56;

    private SamplingThreshold() {}

    /**
     * The weight in thousandths: {@link Accumulator#ONE} if the tracestate says nothing that can be
     * understood.
     */
    static long weightThousandths(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            int memberEnd = Scan.indexOf(bytes, ',', at, end);
            int from = at;
            while (from < memberEnd && (bytes[from] == ' ' || bytes[from] == '\t')) {
                from++;
            }
            if (startsWith(bytes, from, memberEnd, MEMBER)) {
                return ofMember(bytes, from + MEMBER.length, memberEnd);
            }
            at = memberEnd + 1;
        }
        return Accumulator.ONE;
    }

    private static long ofMember(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end) {
            int fieldEnd = Scan.indexOf(bytes, ';', at, end);
            if (startsWith(bytes, at, fieldEnd, THRESHOLD)) {
                return ofThreshold(bytes, at + THRESHOLD.length, fieldEnd);
            }
            at = fieldEnd + 1;
        }
        return Accumulator.ONE;
    }

    private static long ofThreshold(byte[] bytes, int from, int end) {
        int digits = end - from;
        if (digits < 1 || digits > MAX_DIGITS) {
            return Accumulator.ONE;
        }
        long threshold = 0;
        for (int at = from; at < end; at++) {
            int digit = Character.digit(bytes[at], 16);
            if (digit < 0) {
                return Accumulator.ONE;
            }
            threshold = threshold << 4 | digit;
        }
        threshold <<= 4 * (MAX_DIGITS - digits);
        double weight = RANGE / (RANGE - threshold);
        return Math.min(Math.round(weight * Accumulator.ONE), Accumulator.MAX_WEIGHT_THOUSANDTHS);
    }

    private static boolean startsWith(byte[] bytes, int from, int end, byte[] prefix) {
        return end - from >= prefix.length
                && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
    }
}
