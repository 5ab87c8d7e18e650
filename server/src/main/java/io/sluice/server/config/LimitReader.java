package io.sluice.server.config;

import io.sluice.collector.receive.CollectorLimits;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;
import io.sluice.engine.limit.Limit;

import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads other bounds than the usual ones, each under its limit's name. */
final class LimitReader {

    private static final Pattern BYTES =
            Pattern.compile("([0-9]{1,18}) ?(|kB|MB|GB|TB|KiB|MiB|GiB|TiB)");

    private static final Map<String, Long> UNITS =
            Map.of(
                    "kB",
                    1_000L,
                    "MB",
                    1_000_000L,
                    "GB",
                    1_000_000_000L,
                    "TB",
                    1_000_000_000_000L,
                    "KiB",
                    1L << 10,
                    "MiB",
                    1L << 20,
                    "GiB",
                    1L << 30,
                    "TiB",
                    1L << 40);

    private final List<Limit> limits;

    /**
     * @param limits all there are
     */
    LimitReader(List<Limit> limits) {
        this.limits = limits;
    }

    /** By the limits' names; what is wrong is reported and left out. */
    Optional<Map<String, Long>> bounds(Fields fields) {
        Map<String, Long> bounds = new HashMap<>();
        for (Limit limit : limits) {
            if (limit.settable()) {
                fields.optional(limit.name(), value -> bound(value, limit))
                        .ifPresent(bound -> bounds.put(limit.name(), bound));
            } else {
                fields.value(limit.name())
                        .ifPresent(
                                value ->
                                        value.wrongKey(
                                                "`" + limit.name() + "` cannot be configured",
                                                "it is "
                                                        + written(limit.usual(), limit.unit())
                                                        + ", always"));
            }
        }
        fields.value(CollectorLimits.BODY.name())
                .ifPresent(
                        value -> {
                            long body = bounds.getOrDefault(value.key(), 0L);
                            long all =
                                    bounds.getOrDefault(
                                            CollectorLimits.BYTES_IN_FLIGHT.name(),
                                            CollectorLimits.BYTES_IN_FLIGHT.usual());
                            if (body > all) {
                                value.wrong(
                                        "one body may have more bytes than all together",
                                        "at most "
                                                + CollectorLimits.BYTES_IN_FLIGHT.name()
                                                + ", "
                                                + written(all, Limit.Unit.BYTES));
                            }
                        });
        return Optional.of(bounds);
    }

    private static Optional<Long> bound(Value value, Limit limit) {
        Optional<Long> bound =
                switch (limit.unit()) {
                    case COUNT -> value.count(0);
                    case BYTES -> bytes(value);
                    case SECONDS -> Durations.ownPositive(value).map(Duration::toSeconds);
                };
        return bound.flatMap(
                one ->
                        one >= limit.least() && one <= limit.most()
                                ? Optional.of(one)
                                : value.wrong(
                                        "`"
                                                + limit.name()
                                                + "` is out of range: "
                                                + written(one, limit.unit()),
                                        written(limit.least(), limit.unit())
                                                + " to "
                                                + written(limit.most(), limit.unit())));
    }

    private static Optional<Long> bytes(Value value) {
        if (value.node() instanceof YamlNode.Scalar scalar) {
            Matcher matcher = BYTES.matcher(scalar.text());
            if (matcher.matches()) {
                BigInteger bytes =
                        new BigInteger(matcher.group(1))
                                .multiply(
                                        BigInteger.valueOf(
                                                UNITS.getOrDefault(matcher.group(2), 1L)));
                return Optional.of(bytes.min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact());
            }
        }
        return value.wrong(
                "`" + value.key() + "` must be a size, not " + value.node().inMessages(),
                "for example 64 MiB, 20 GB or 1048576");
    }

    private static String written(long bound, Limit.Unit unit) {
        return switch (unit) {
            case COUNT -> Long.toString(bound);
            case BYTES -> bound + " bytes";
            case SECONDS -> Durations.inWords(Duration.ofSeconds(bound));
        };
    }
}
