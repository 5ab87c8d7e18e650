package io.sluice.collector.scrape;

import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Problem;
import io.sluice.definitions.yaml.Reading;
import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;
import io.sluice.definitions.yaml.YamlParser;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a file of Prometheus's file discovery, YAML or JSON: a list of groups, each with {@code
 * targets} ({@code host:port}) and {@code labels}. See <a
 * href="https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config">file_sd_config</a>.
 *
 * <p>Labels become attributes. {@code job}, {@code __scheme__}, {@code __metrics_path__}, {@code
 * __param_…}, {@code __scrape_interval__} and {@code __scrape_timeout__} say how the group is
 * scraped; others that begin with two underscores are for relabeling, which there is none of here,
 * and are left out.
 */
final class TargetGroups {

    private static final String PARAMETER = "__param_";

    private final ScrapeJob job;
    private final List<Problem> problems;

    /**
     * @param problems where what is wrong is taken down
     */
    TargetGroups(ScrapeJob job, List<Problem> problems) {
        this.job = job;
        this.problems = problems;
    }

    /** The targets that a file names; empty if it is wrong. */
    Optional<List<ScrapeTarget>> read(String file, String text) {
        Reading reading = new Reading(file, problems);
        List<YamlNode> documents = YamlParser.parse(text, reading);
        List<ScrapeTarget> targets = new ArrayList<>();
        for (YamlNode document : documents) {
            Value.root(reading, "groups", document)
                    .list(group -> group.object(this::group))
                    .ifPresent(groups -> groups.forEach(targets::addAll));
        }
        return reading.failed() ? Optional.empty() : Optional.of(targets);
    }

    private Optional<List<ScrapeTarget>> group(Fields fields) {
        Map<String, String> labels =
                fields.optional("labels", v -> v.object(TargetGroups::labels)).orElse(Map.of());
        Optional<ScrapeTerms> terms =
                fields.value("labels").isEmpty()
                        ? Optional.of(job.terms())
                        : terms(fields.value("labels").get());
        return fields.require("targets", v -> v.list(target -> target(target, labels, terms)));
    }

    private static Optional<Map<String, String>> labels(Fields fields) {
        Map<String, String> labels = new HashMap<>();
        for (Value value : fields.all()) {
            value.text().ifPresent(text -> labels.put(value.key(), text));
        }
        return Optional.of(labels);
    }

    private Optional<ScrapeTerms> terms(Value at) {
        ScrapeTerms usual = job.terms();
        Optional<Duration> interval =
                at.peek("__scrape_interval__")
                        .map(Durations::ownPositive)
                        .orElse(Optional.of(usual.interval()));
        Optional<Duration> timeout =
                at.peek("__scrape_timeout__")
                        .map(Durations::ownPositive)
                        .orElse(
                                interval.map(
                                        i ->
                                                i.compareTo(usual.timeout()) < 0
                                                        ? i
                                                        : usual.timeout()));
        if (interval.isEmpty() || timeout.isEmpty()) {
            return Optional.empty();
        }
        if (timeout.get().compareTo(interval.get()) > 0) {
            return at.wrong("the scrape's timeout is longer than its interval", "at most as long");
        }
        return Optional.of(
                new ScrapeTerms(
                        interval.get(),
                        timeout.get(),
                        usual.limits(),
                        usual.honorLabels(),
                        usual.honorTimestamps(),
                        usual.fallback(),
                        usual.access()));
    }

    private Optional<ScrapeTarget> target(
            Value value, Map<String, String> labels, Optional<ScrapeTerms> terms) {
        Optional<URI> url = value.someText().flatMap(address -> url(value, address, labels));
        Map<String, String> attributes = new HashMap<>(job.attributes());
        labels.forEach(
                (label, text) -> {
                    if (!label.startsWith("__") && !label.equals("job")) {
                        attributes.put(label, text);
                    }
                });
        String name = labels.getOrDefault("job", job.name());
        return url.flatMap(u -> terms.map(t -> new ScrapeTarget(name, u, attributes, t)));
    }

    private static Optional<URI> url(Value value, String address, Map<String, String> labels) {
        String scheme = labels.getOrDefault("__scheme__", "http");
        String path = labels.getOrDefault("__metrics_path__", "/metrics");
        List<String> parameters = new ArrayList<>();
        labels.keySet().stream()
                .filter(label -> label.startsWith(PARAMETER))
                .sorted()
                .forEach(
                        label ->
                                parameters.add(
                                        label.substring(PARAMETER.length())
                                                + "="
                                                + labels.get(label)));
        String query = parameters.isEmpty() ? null : String.join("&", parameters);
        String expected = "host:port, an http or https __scheme__, a path that begins with /";
        try {
            URI url = new URI(scheme, address, path, query, null).parseServerAuthority();
            boolean web = scheme.equals("http") || scheme.equals("https");
            if (web && url.getHost() != null) {
                return Optional.of(url);
            }
        } catch (URISyntaxException e) {
            return value.wrong("`" + address + "` is no address: " + e.getReason(), expected);
        }
        return value.wrong("`" + address + "` is no address", expected);
    }
}
