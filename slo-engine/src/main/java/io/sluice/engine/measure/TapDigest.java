package io.sluice.engine.measure;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Names what taps measure: equal taps have equal digests, and different ones, whatever text their
 * conditions hold, do not. Every text and list goes in with its length before it. The form must
 * never change: stored series are named by it.
 */
final class TapDigest {
    private final MessageDigest sha256;

    private TapDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** 32 hex digits. */
    static String of(List<Measure.Tap> taps) {
        TapDigest digest = new TapDigest();
        digest.number(taps.size());
        taps.forEach(digest::tap);
        return HexFormat.of().formatHex(digest.sha256.digest(), 0, 16);
    }

    private void tap(Measure.Tap tap) {
        switch (tap) {
            case Measure.Tap.Count(var source, var good, var total) -> {
                text("count");
                number(good);
                number(total);
                source(source);
            }
            case Measure.Tap.Judge(var source, var value, var unit, var op, var bound) -> {
                text("judge");
                text(value.name());
                text(unit.name());
                text(op.name());
                number(Double.doubleToLongBits(bound));
                source(source);
            }
            case Measure.Tap.Share(var source, var meaning) -> {
                text("share");
                text(meaning.name());
                source(source);
            }
            case Measure.Tap.Sample(var source, var value, var unit) -> {
                text("sample");
                text(value.name());
                text(unit.name());
                source(source);
            }
            case Measure.Tap.Sum(var source, var value, var unit) -> {
                text("sum");
                text(value.name());
                text(unit.name());
                source(source);
            }
        }
    }

    private void source(EventSource source) {
        switch (source) {
            case EventSource.Spans spans -> {
                text("spans");
                optional(spans.name());
                optional(spans.kind().map(Enum::name));
            }
            case EventSource.Metrics metrics -> {
                text("metrics");
                text(metrics.metric());
            }
            case EventSource.Events events -> {
                text("events");
                optional(events.name());
            }
            case EventSource.Prometheus prometheus -> {
                text("prometheus");
                optional(prometheus.dataSource());
                text(prometheus.query());
            }
            case EventSource.Foreign foreign -> {
                text("foreign");
                optional(foreign.type());
                optional(foreign.dataSource());
                text(foreign.spec().toString());
            }
        }
        optional(source.service());
        number(source.where().size());
        source.where().forEach(this::condition);
        optional(source.groupBy());
        texts(source.breakdownBy());
    }

    private void condition(Condition condition) {
        switch (condition) {
            case Condition.In(var attribute, var values) -> {
                text("in");
                text(attribute);
                texts(values);
            }
            case Condition.NotIn(var attribute, var values) -> {
                text("not-in");
                text(attribute);
                texts(values);
            }
            case Condition.StartsWith(var attribute, var prefix) -> {
                text("starts-with");
                text(attribute);
                text(prefix);
            }
            case Condition.Exists(var attribute, var expected) -> {
                text("exists");
                text(attribute);
                number(expected ? 1 : 0);
            }
            case Condition.Compare(var attribute, var op, var bound) -> {
                text("compare");
                text(attribute);
                text(op.name());
                number(Double.doubleToLongBits(bound));
            }
        }
    }

    private void optional(Optional<String> text) {
        texts(text.stream().toList());
    }

    private void texts(List<String> texts) {
        number(texts.size());
        texts.forEach(this::text);
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(bytes.length);
        sha256.update(bytes);
    }

    private void number(long number) {
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    }
}
