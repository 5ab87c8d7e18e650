package io.sluice.definitions.imports;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Service;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tier;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.definitions.prometheus.Query;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What is alike in documents of other tools. */
final class Foreign {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final int MAX_DESCRIPTION = 1050;
    private static final int MAX_NAME = 63;
    private static final Pattern NAME =
            Pattern.compile("[a-zA-Z0-9]([-._a-zA-Z0-9]{0,251}[a-zA-Z0-9])?");
    private static final String TIER = "tier";

    private final String tool;

    /**
     * @param tool as its users call it
     */
    Foreign(String tool) {
        this.tool = tool;
    }

    /**
     * A mapping. The tools pass over keys that they do not know, which is legal, and hardly ever
     * meant.
     */
    <T> Optional<T> object(Value value, Function<Fields, Optional<T>> read) {
        return value.fields()
                .flatMap(
                        fields -> {
                            Optional<T> result = read.apply(fields);
                            fields.finish(tool);
                            return result;
                        });
    }

    /** Says of a key, where it is there, why it is not carried over. */
    static void leaveOut(Fields fields, String key, String why) {
        fields.value(key).ifPresent(value -> value.noteKey("not carried over: " + why, ""));
    }

    /**
     * A Kubernetes object's {@code metadata}, of which all but name and labels is for whatever
     * keeps the object.
     */
    <T> Optional<T> metadata(Fields object, Function<Fields, Optional<T>> read) {
        return object.require(
                "metadata",
                value ->
                        value.fields()
                                .flatMap(
                                        fields -> {
                                            Optional<T> result = read.apply(fields);
                                            fields.all();
                                            fields.finish();
                                            return result;
                                        }));
    }

    /** A name that objects of this language can have. */
    static Optional<String> name(Value value) {
        return value.someText().flatMap(text -> name(text, value));
    }

    /**
     * As {@link #name(Value)}, of a name that is made from more than the value. The tools allow
     * longer ones; of such a name as much is kept as fits, and a digest of all of it.
     */
    static Optional<String> name(String name, Value at) {
        if (!NAME.matcher(name).matches()) {
            return at.wrong(
                    "not a name that Sluice can keep: `" + Texts.shortened(name) + "`",
                    "letters, digits, -, _ and ., a letter or digit at both ends");
        }
        if (name.length() <= MAX_NAME) {
            return Optional.of(name);
        }
        String digest = Integer.toHexString(name.hashCode());
        String kept = name.substring(0, MAX_NAME - digest.length() - 1) + "-" + digest;
        at.note(
                "the name is shortened to `" + kept + "`",
                "at most " + MAX_NAME + " characters, the service's name and `-` among them");
        return Optional.of(kept);
    }

    /**
     * Labels by key; their values are texts, whatever YAML takes them for.
     *
     * @param prefix of the keys that are wanted, which they lose; others are passed over
     */
    static Map<String, List<String>> labels(Value value, String prefix) {
        Map<String, List<String>> labels = new LinkedHashMap<>();
        value.fields().stream()
                .flatMap(fields -> fields.all().stream())
                .filter(label -> label.key().startsWith(prefix))
                .forEach(label -> label(label, label.key().substring(prefix.length()), labels));
        return labels;
    }

    private static void label(Value label, String key, Map<String, List<String>> labels) {
        if (!(label.node() instanceof YamlNode.Scalar scalar)) {
            label.wrong("a label must be text, not " + label.node().inMessages(), "text");
        } else if (key.length() <= MAX_NAME && NAME.matcher(key).matches()) {
            labels.put(key, List.of(scalar.text()));
        } else {
            label.noteKey(
                    "not carried over: labels have up to 63 letters, digits, -, _ and ., a letter"
                            + " or digit at both ends",
                    "");
        }
    }

    /** A text for people, as much of it as OpenSLO lets a description have. */
    static Optional<String> description(Value value) {
        return value.text()
                .map(
                        text -> {
                            if (text.codePointCount(0, text.length()) <= MAX_DESCRIPTION) {
                                return text;
                            }
                            value.noteKey(
                                    "not carried over: what is behind the first "
                                            + MAX_DESCRIPTION
                                            + " characters",
                                    "");
                            return text.substring(0, text.offsetByCodePoints(0, MAX_DESCRIPTION));
                        });
    }

    /** A percentage as a share, exact. */
    static Optional<BigDecimal> share(BigDecimal percent, Value at) {
        if (percent.compareTo(HUNDRED) == 0) {
            return at.wrong("`" + at.key() + "` 100 leaves no budget to burn", "under 100");
        }
        if (percent.signum() <= 0 || percent.compareTo(HUNDRED) > 0) {
            return at.wrong(
                    "`" + at.key() + "` is out of range: " + at.node().inMessages(),
                    "a percentage over 0 and under 100");
        }
        return Optional.of(percent.movePointLeft(2).stripTrailingZeros());
    }

    /** PromQL on whatever server the tool was pointed to. */
    static EventSource source(Query query) {
        return new EventSource.Prometheus(Optional.empty(), query.text());
    }

    /** A service that nothing is said of but its name. */
    static Service service(String name) {
        return new Service(new Metadata(name, name, Map.of(), Map.of()), "");
    }

    /** An SLO with one objective, which counts occurrences, as both tools do. */
    static Slo slo(
            Metadata metadata,
            String description,
            String service,
            Duration window,
            Indicator indicator,
            BigDecimal target,
            List<AlertPolicy> alertPolicies) {
        Objective objective =
                new Objective(
                        "",
                        metadata.name(),
                        indicator,
                        Optional.empty(),
                        target,
                        Optional.empty(),
                        Optional.empty(),
                        BigDecimal.ONE);
        return new Slo(
                metadata,
                description,
                service,
                tier(metadata.labels()),
                BudgetingMethod.OCCURRENCES,
                new TimeWindow.Rolling(window),
                false,
                List.of(objective),
                alertPolicies);
    }

    /** By the label, which in these tools is everybody's own: no other word is wrong. */
    private static Tier tier(Map<String, List<String>> labels) {
        return switch (labels.getOrDefault(TIER, List.of("")).getFirst().toLowerCase(Locale.ROOT)) {
            case "business" -> Tier.BUSINESS;
            case "operational" -> Tier.OPERATIONAL;
            default -> Tier.SERVICE;
        };
    }
}
