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
 * of {@code latency} to be below 100; 2 the same in milliseconds; 3 takes events {@code deploy} for
 * bad that have the alert type {@code error}.
 */
final class NaiveDogStatsd {

    static final Op OP = Op.LT;
    static final double BOUND = 100;

    private static final Pattern MESSAGE =
            Pattern.compile("([^:|]+):([^|]*[^:|][^|]*)\\|([^|]*)((?:\\|[^|]*)*)");

    private static final Pattern EVENT = Pattern.compile("_e\\{(\\d{1,5}),(\\d{1,5})}:(.*)");
    private static final Pattern SERVICE_CHECK =
            Pattern.compile("_sc\\|([^|]+)\\|([^|]+)((?:\\|[^|]*)*)");

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
        if (text.startsWith("_e{")) {
            event(line);
            return;
        }
        if (text.startsWith("_sc|")) {
            serviceCheck(text);
            return;
        }
        Matcher message = MESSAGE.matcher(text);
        if (text.matches("[^:|]+:[^|]+\\|s(\\|[^|]*)*")) {
            member(text);
            return;
        }
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
        Map<String, String> tags = tags(message.group(4));
        for (String field : message.group(4).split("\\|")) {
            if (field.startsWith("@")) {
                rate = number(field.substring(1));
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
        hear(tags, bucket);
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

    private static Map<String, String> tags(String fields) {
        Map<String, String> tags = new TreeMap<>();
        for (String field : fields.split("\\|")) {
            if (field.startsWith("#")) {
                tags.clear();
                Arrays.stream(field.substring(1).split(","))
                        .filter(tag -> !tag.isEmpty())
                        .forEach(
                                tag -> {
                                    String[] parts = tag.split(":", 2);
                                    tags.put(parts[0], parts.length == 1 ? "" : parts[1]);
                                });
            }
        }
        return tags;
    }

    private void hear(Map<String, String> tags, long bucket) {
        String service = tags.getOrDefault("service", "");
        if (!service.isEmpty()) {
            summary.heartbeat(service, bucket);
        }
    }

    private void member(String text) {
        accepted++;
        long bucket = receivedAtNanos / 10_000_000_000L * 10;
        Map<String, String> tags = tags(text.substring(text.indexOf('|')));
        hear(tags, bucket);
        if (text.startsWith("orders:")) {
            running(bucket, 0, 1000);
            if ("platform".equals(tags.get("side"))) {
                running(bucket, 1000, 0);
            }
        }
    }

    private void running(long bucket, int good, int total) {
        summary.observations()
                .add(
                        "0/@%d-%d:%d/%d/false/null"
                                .formatted(
                                        bucket * 1_000_000_000,
                                        (bucket + 10) * 1_000_000_000 - 1,
                                        good,
                                        total));
    }

    private void serviceCheck(String text) {
        int message = text.indexOf("|m:", text.indexOf('|', 4) + 1);
        Matcher check = SERVICE_CHECK.matcher(message < 0 ? text : text.substring(0, message));
        if (!check.matches()) {
            reject(RejectReason.MALFORMED);
            return;
        }
        if (!check.group(2).matches("[0-3]")) {
            reject(RejectReason.INVALID_VALUE);
            return;
        }
        long at = said(check.group(3));
        if (at != 0) {
            accepted++;
            int status = Integer.parseInt(check.group(2));
            if (check.group(1).equals("latency") && status < 3) {
                judge(1, at / 10_000_000_000L * 10, status, 1, status);
                judge(2, at / 10_000_000_000L * 10, status, 1, status);
            }
        }
    }

    /** A line with a character a byte, as lengths are in bytes. */
    private void event(String line) {
        Matcher event = EVENT.matcher(line);
        if (!event.matches()) {
            reject(RejectReason.MALFORMED);
            return;
        }
        int title = Integer.parseInt(event.group(1));
        int text = Integer.parseInt(event.group(2));
        String rest = event.group(3);
        if (title == 0
                || rest.length() < title + 1 + text
                || rest.charAt(title) != '|'
                || !(rest.substring(title + 1 + text) + "|").startsWith("|")) {
            reject(RejectReason.MALFORMED);
            return;
        }
        String fields = rest.substring(title + 1 + text);
        long at = said(fields);
        if (at == 0) {
            return;
        }
        accepted++;
        long bucket = at / 10_000_000_000L * 10;
        hear(tags(fields), bucket);
        if (rest.substring(0, title).equals("deploy")) {
            Summary.Counts counts = summary.counts(3, bucket, "");
            int good =
                    Arrays.stream(fields.split("\\|"))
                                    .filter(
                                            field ->
                                                    field.matches("t:(info|success|warning|error)"))
                                    .reduce((a, b) -> b)
                                    .orElse("")
                                    .equals("t:error")
                            ? 0
                            : 1;
            counts.total++;
            counts.totalThousandths += 1000;
            counts.good += good;
            counts.goodThousandths += good * 1000L;
        }
    }

    /** When an event or a check was; 0 if that is refused. */
    private long said(String fields) {
        double seconds = 0;
        for (String field : fields.split("\\|")) {
            if (field.startsWith("d:")) {
                double said = number(field.substring(2));
                seconds = said >= 1 && said == Math.floor(said) ? said : 0;
            }
        }
        if (seconds == 0) {
            return receivedAtNanos;
        }
        if (seconds * 1e9 > receivedAtNanos + 600e9) {
            reject(RejectReason.FUTURE);
            return 0;
        }
        if (seconds * 1e9 < receivedAtNanos - 172_800e9) {
            reject(RejectReason.TOO_OLD);
            return 0;
        }
        return (long) seconds * 1_000_000_000;
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
