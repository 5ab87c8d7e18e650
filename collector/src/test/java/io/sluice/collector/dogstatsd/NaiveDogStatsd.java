package io.sluice.collector.dogstatsd;

import io.sluice.collector.Summary;
import io.sluice.definitions.model.Op;
import io.sluice.engine.measure.RejectReason;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DogStatsD read the slow way, with strings and regular expressions. Knows three measures: 0 counts
 * {@code orders} with {@code side:platform} as good among all {@code orders}; 1 judges the values
 * of {@code latency} to be below 100; 2 the same in milliseconds.
 */
final class NaiveDogStatsd {

    static final Op OP = Op.LT;
    static final double BOUND = 100;

    private static final Pattern MESSAGE =
            Pattern.compile("([^:|]+):([^|]*[^:|][^|]*)\\|([^|]*)((?:\\|[^|]*)*)");

    private final long receivedAtNanos;
    private final Summary summary = Summary.empty();
    private long accepted;

    NaiveDogStatsd(long receivedAtNanos) {
        this.receivedAtNanos = receivedAtNanos;
    }

    Summary read(List<byte[]> datagrams) {
        datagrams.forEach(this::datagram);
        return summary.withAccepted(accepted);
    }

    private void datagram(byte[] datagram) {
        // One character a byte, so that broken UTF-8 spoils its own line only.
        for (String line : new String(datagram, StandardCharsets.ISO_8859_1).split("\n")) {
            if (!line.isEmpty()) {
                line(line);
            }
        }
    }

    private void reject(RejectReason reason) {
        summary.rejected().merge(reason, 1L, Long::sum);
    }

    private void line(String line) {
        if (line.startsWith("_e{") || line.startsWith("_sc|")) {
            reject(RejectReason.UNSUPPORTED);
            return;
        }
        String text;
        try {
            text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(line.getBytes(StandardCharsets.ISO_8859_1)))
                            .toString();
        } catch (CharacterCodingException e) {
            reject(RejectReason.MALFORMED);
            return;
        }
        Matcher message = MESSAGE.matcher(text);
        if (!message.matches()) {
            reject(RejectReason.MALFORMED);
            return;
        }
        String type = message.group(3);
        if (!List.of("c", "g", "h", "d", "ms").contains(type)) {
            reject(RejectReason.UNSUPPORTED);
            return;
        }
        double rate = 1;
        String time = "";
        Map<String, String> tags = new TreeMap<>();
        for (String field : message.group(4).split("\\|")) {
            if (field.startsWith("@")) {
                rate = number(field.substring(1));
            } else if (field.startsWith("#")) {
                tags.clear();
                Arrays.stream(field.substring(1).split(","))
                        .filter(tag -> !tag.isEmpty())
                        .forEach(
                                tag -> {
                                    String[] parts = tag.split(":", 2);
                                    tags.put(parts[0], parts.length == 1 ? "" : parts[1]);
                                });
            } else if (field.startsWith("T")) {
                time = field.substring(1);
                if (time.isEmpty()) {
                    time = "none";
                }
            }
        }
        if (type.equals("g")) {
            rate = 1;
        }
        if (!List.of("c", "g").contains(type)) {
            time = "";
        }
        List<String> values = new ArrayList<>(List.of(message.group(2).split(":")));
        values.removeIf(String::isEmpty);
        for (String value : values) {
            value(message.group(1), number(value), type, rate, time, tags);
        }
    }

    private void value(
            String name,
            double value,
            String type,
            double rate,
            String time,
            Map<String, String> tags) {
        if (Double.isNaN(value) || !(rate > 0) || rate > 1 || Math.abs(value) / rate > 0x1p53) {
            reject(RejectReason.INVALID_VALUE);
            return;
        }
        long at = receivedAtNanos;
        if (!time.isEmpty()) {
            double seconds = number(time);
            if (!(seconds > 0) || seconds != Math.floor(seconds)) {
                reject(RejectReason.INVALID_TIME);
                return;
            }
            if (seconds * 1e9 > receivedAtNanos + 600e9) {
                reject(RejectReason.FUTURE);
                return;
            }
            if (seconds * 1e9 < receivedAtNanos - 172_800e9) {
                reject(RejectReason.TOO_OLD);
                return;
            }
            at = (long) seconds * 1_000_000_000;
        }
        accepted++;
        long bucket = at / 10_000_000_000L * 10;
        String service = tags.getOrDefault("service", "");
        if (!service.isEmpty()) {
            summary.heartbeat(service, bucket);
        }
        boolean counter = type.equals("c");
        if (name.equals("orders")) {
            Summary.Counts counts = summary.counts(0, bucket, "");
            int good = "platform".equals(tags.get("side")) ? 1 : 0;
            long count = counter ? (long) value : 1;
            long thousandths = Math.round((counter ? value : 1) / rate * 1000);
            counts.total += count;
            counts.totalThousandths += thousandths;
            counts.good += good * count;
            counts.goodThousandths += good * thousandths;
        } else if (name.equals("latency") && !counter) {
            judge(1, bucket, value, rate, value);
            judge(2, bucket, value, rate, value);
        }
    }

    private void judge(int measure, long bucket, double value, double rate, double sketched) {
        Summary.Counts counts = summary.counts(measure, bucket, "");
        boolean good = OP.test(value, BOUND);
        counts.total++;
        counts.totalThousandths += Math.round(1000 / rate);
        counts.good += good ? 1 : 0;
        counts.goodThousandths += good ? Math.round(1000 / rate) : 0;
        counts.sketch.add(sketched);
    }

    private static double number(String text) {
        return text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?") && text.length() <= 64
                ? Double.parseDouble(text)
                : Double.NaN;
    }
}
