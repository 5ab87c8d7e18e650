package io.sluice.collector.remotewrite;

import static io.sluice.collector.prometheus.PrometheusProtos.WRITE_1;
import static io.sluice.collector.prometheus.PrometheusProtos.WRITE_2;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;

import io.sluice.collector.prometheus.PrometheusProtos.Fields;

import org.xerial.snappy.Snappy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Makes remote write requests, by protobuf's own library. */
final class Writes {

    /** 2026-01-01T00:00:05Z. */
    static final long NOW_MILLIS = 1_767_225_605_000L;

    private Writes() {}

    static byte[] snappy(byte[] plain) {
        try {
            return Snappy.compress(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Message request1(Message... series) {
        return WRITE_1.make("Request", f -> f.addAll("timeseries", Arrays.asList(series)));
    }

    /** Labels are names and values by turns, in the order in which they are to be sent. */
    static Message series1(List<String> labels, Consumer<Fields> more) {
        return WRITE_1.make(
                "TimeSeries",
                f -> {
                    for (int i = 0; i < labels.size(); i += 2) {
                        int at = i;
                        f.add(
                                "labels",
                                WRITE_1.make(
                                        "Label",
                                        l ->
                                                l.set(
                                                                "name",
                                                                ByteString.copyFromUtf8(
                                                                        labels.get(at)))
                                                        .set(
                                                                "value",
                                                                ByteString.copyFromUtf8(
                                                                        labels.get(at + 1)))));
                    }
                    more.accept(f);
                });
    }

    static Message sample1(double value, long millis) {
        return WRITE_1.make("Sample", f -> f.set("value", value).set("timestamp", millis));
    }

    static Message series1(List<String> labels, double value, long millis) {
        return series1(labels, f -> f.add("samples", sample1(value, millis)));
    }

    static Message sample2(double value, long millis, long startMillis) {
        return WRITE_2.make(
                "Sample",
                f ->
                        f.set("value", value)
                                .set("timestamp", millis)
                                .set("start_timestamp", startMillis));
    }

    /** Builds a request of 2.0 and its table of symbols. */
    static final class Request2 {
        private final Map<String, Integer> symbols = new LinkedHashMap<>(Map.of("", 0));
        private final List<Message> series = new ArrayList<>();

        int ref(String text) {
            return symbols.computeIfAbsent(text, _ -> symbols.size());
        }

        Request2 series(List<String> labels, Consumer<Fields> more) {
            series.add(
                    WRITE_2.make(
                            "TimeSeries",
                            f -> {
                                labels.forEach(text -> f.add("labels_refs", ref(text)));
                                more.accept(f);
                            }));
            return this;
        }

        Message build() {
            return WRITE_2.make(
                    "Request",
                    f -> {
                        symbols.keySet().forEach(s -> f.add("symbols", ByteString.copyFromUtf8(s)));
                        f.addAll("timeseries", series);
                    });
        }
    }
}
