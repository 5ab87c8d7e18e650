package io.sluice.definitions;

import io.sluice.definitions.MetadataReader.ReadMetadata;
import io.sluice.definitions.model.Service;
import io.sluice.definitions.model.SyntheticCheck;
import io.sluice.definitions.model.SyntheticCheck.Expectation;
import io.sluice.definitions.model.SyntheticCheck.Method;
import io.sluice.definitions.model.SyntheticCheck.Statuses;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Position;
import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a synthetic check.
 *
 * <pre>{@code
 * apiVersion: sluice.dev/v1
 * kind: SyntheticCheck
 * metadata: {name: storefront}
 * spec:
 *   service: shop                  # a Service
 *   url: https://shop.example/
 *   method: GET                    # default
 *   headers: {Accept: text/html}   # optional
 *   body: "…"                      # optional; POST, PUT and PATCH only
 *   expect:                        # optional
 *     status: [2xx, 304]           # [2xx] by default
 *     bodyContains: Add to cart
 *     latency: 2s                  # at most
 *     certificateLeft: 14d         # at least; https only
 *   interval: 5m
 *   timeout: 10s                   # default, or the interval where that is shorter
 *   locations: [frankfurt, dublin] # optional
 * }</pre>
 */
final class SyntheticCheckReader {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_BODY = 10_000;
    private static final List<Statuses> SUCCESS = List.of(new Statuses(200, 299));
    private static final Pattern CLASS = Pattern.compile("([1-5])xx");

    /** RFC 9110, 5.6.2: a token. */
    private static final Pattern HEADER = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]{1,100}");

    /** RFC 9110, 5.5, without what is not ASCII. */
    private static final Pattern HEADER_VALUE =
            Pattern.compile("[\\x21-\\x7e]([\\t\\x20-\\x7e]*[\\x21-\\x7e])?");

    /** What lets somebody in does not belong into files that are kept in the log. */
    private static final Set<String> SECRETS =
            Set.of("authorization", "proxy-authorization", "cookie", "x-api-key");

    private static final Map<String, Method> METHODS =
            Arrays.stream(Method.values())
                    .collect(
                            Collectors.toMap(
                                    Method::name,
                                    Function.identity(),
                                    (first, _) -> first,
                                    LinkedHashMap::new));

    private final References references;

    SyntheticCheckReader(References references) {
        this.references = references;
    }

    /** The {@code metadata} and {@code spec} of a SyntheticCheck. */
    Optional<SyntheticCheck> check(Fields object) {
        Optional<ReadMetadata> metadata =
                object.require("metadata", MetadataReader.of(Kind.SYNTHETIC_CHECK));
        return object.require("spec", spec -> spec.object(fields -> spec(fields, metadata)));
    }

    private Optional<SyntheticCheck> spec(Fields spec, Optional<ReadMetadata> metadata) {
        String description = spec.optional("description", MetadataReader::description).orElse("");
        Optional<Service> service = spec.require("service", references.services::resolve);
        Optional<URI> url = spec.require("url", SyntheticCheckReader::url);
        Method method = spec.optional("method", v -> v.oneOf(METHODS)).orElse(Method.GET);
        Map<String, String> headers =
                spec.optional("headers", v -> v.object(SyntheticCheckReader::headers))
                        .orElse(Map.of());
        Optional<String> body =
                spec.optional(
                        "body",
                        v ->
                                method.hasBody()
                                        ? v.text(MAX_BODY)
                                        : v.wrongKey(
                                                "a " + method + " has no body",
                                                "POST, PUT or PATCH"));
        Optional<Duration> interval = spec.require("interval", SyntheticCheckReader::interval);
        Optional<Value> timeoutAt = spec.value("timeout");
        Optional<Duration> timeout =
                timeoutAt.isPresent()
                        ? timeoutAt.flatMap(v -> timeout(v, interval))
                        : interval.map(i -> i.compareTo(TIMEOUT) < 0 ? i : TIMEOUT);
        Expectation expectation =
                spec.optional("expect", v -> v.object(f -> expectation(f, url, timeout)))
                        .orElse(
                                new Expectation(
                                        SUCCESS,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()));
        Map<String, Position> names = new HashMap<>();
        List<String> locations =
                spec.optional("locations", v -> v.someOf(l -> Names.unique(l, "location", names)))
                        .orElse(List.of());
        if (metadata.isEmpty()
                || service.isEmpty()
                || url.isEmpty()
                || interval.isEmpty()
                || timeout.isEmpty()
                || spec.owner().reading().failed()) {
            return Optional.empty();
        }
        return Optional.of(
                new SyntheticCheck(
                        metadata.get().metadata(),
                        description,
                        service.get().metadata().name(),
                        url.get(),
                        method,
                        headers,
                        body,
                        expectation,
                        interval.get(),
                        timeout.get(),
                        locations));
    }

    private static Optional<URI> url(Value value) {
        return value.someText()
                .flatMap(
                        text ->
                                parsed(text)
                                        .or(
                                                () ->
                                                        value.wrong(
                                                                "not a URL that can be asked",
                                                                "http:// or https://, a host and a"
                                                                        + " path, without user and"
                                                                        + " fragment")));
    }

    private static Optional<URI> parsed(String text) {
        try {
            return Optional.of(new URI(text)).filter(SyntheticCheck::reachable);
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }

    private static Optional<Map<String, String>> headers(Fields fields) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Value header : fields.all()) {
            if (!HEADER.matcher(header.key()).matches()) {
                header.wrongKey("not a header's name", "letters, digits and -");
            }
            if (SECRETS.contains(header.key().toLowerCase(Locale.ROOT))) {
                header.warn(
                        "definition files are kept and shown; a secret does not belong here",
                        "a check without one");
            }
            header.text()
                    .flatMap(
                            text ->
                                    HEADER_VALUE.matcher(text).matches()
                                            ? Optional.of(text)
                                            : header.wrong(
                                                    "not a header's value", "one line of ASCII"))
                    .ifPresent(text -> headers.put(header.key(), text));
        }
        return Optional.of(headers);
    }

    private static Optional<Duration> interval(Value value) {
        return Durations.ownPositive(value)
                .flatMap(
                        interval ->
                                interval.compareTo(SyntheticCheck.MIN_INTERVAL) < 0
                                        ? value.wrong(
                                                "one request follows the other too soon",
                                                "at least "
                                                        + Durations.inWords(
                                                                SyntheticCheck.MIN_INTERVAL))
                                        : Optional.of(interval));
    }

    private static Optional<Duration> timeout(Value value, Optional<Duration> interval) {
        return Durations.ownPositive(value)
                .flatMap(
                        timeout ->
                                interval.isPresent() && timeout.compareTo(interval.get()) > 0
                                        ? value.wrong(
                                                "the timeout is longer than the interval",
                                                "at most " + Durations.inWords(interval.get()))
                                        : Optional.of(timeout));
    }

    private static Optional<Expectation> expectation(
            Fields fields, Optional<URI> url, Optional<Duration> timeout) {
        List<Statuses> statuses =
                fields.optional("status", v -> v.someOf(SyntheticCheckReader::statuses))
                        .filter(some -> !some.isEmpty())
                        .orElse(SUCCESS);
        Optional<String> bodyContains = fields.optional("bodyContains", Value::someText);
        Optional<Value> latencyAt = fields.value("latency");
        Optional<Duration> latency = latencyAt.flatMap(Durations::ownPositive);
        if (latency.isPresent()
                && timeout.isPresent()
                && latency.get().compareTo(timeout.get()) >= 0) {
            latencyAt
                    .get()
                    .warn(
                            "never exceeded: the request is given up by then",
                            "under the timeout, " + Durations.inWords(timeout.get()));
        }
        Optional<Duration> certificateLeft =
                fields.optional(
                        "certificateLeft",
                        v ->
                                url.isPresent() && !SyntheticCheck.encrypted(url.get())
                                        ? v.wrongKey(
                                                "there is no certificate behind an http URL",
                                                "an https URL")
                                        : Durations.ownPositive(v));
        return Optional.of(new Expectation(statuses, bodyContains, latency, certificateLeft));
    }

    private static Optional<Statuses> statuses(Value value) {
        if (value.node() instanceof YamlNode.Scalar scalar) {
            Matcher all = CLASS.matcher(scalar.text());
            if (all.matches()) {
                int first = 100 * Integer.parseInt(all.group(1));
                return Optional.of(new Statuses(first, first + 99));
            }
            if (scalar.text().matches("[1-5][0-9]{2}")) {
                int one = Integer.parseInt(scalar.text());
                return Optional.of(new Statuses(one, one));
            }
        }
        return value.wrong(
                "not a status: " + value.node().inMessages(), "100 to 599, or a class as 2xx");
    }
}
