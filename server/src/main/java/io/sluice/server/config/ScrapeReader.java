package io.sluice.server.config;

import io.sluice.collector.ask.Access;
import io.sluice.collector.scrape.ScrapeJob;
import io.sluice.collector.scrape.ScrapeTarget;
import io.sluice.collector.scrape.ScrapeTerms;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what is scraped: one target by its URL, or those that files name. */
final class ScrapeReader {

    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(15);

    private static final Map<String, ScrapeTerms.Fallback> FORMATS =
            Map.of(
                    "text",
                    ScrapeTerms.Fallback.TEXT,
                    "openmetrics",
                    ScrapeTerms.Fallback.OPEN_METRICS,
                    "protobuf",
                    ScrapeTerms.Fallback.PROTOBUF);

    private final AccessReader access;

    ScrapeReader(AccessReader access) {
        this.access = access;
    }

    Optional<ScrapeJob> job(Fields fields) {
        Optional<String> name = fields.require("job", Value::someText);
        Map<String, String> attributes =
                fields.optional("attributes", v -> v.object(ScrapeReader::texts)).orElse(Map.of());
        Optional<ScrapeTerms> terms = terms(fields);
        Optional<Value> where = fields.exactlyOne("url", "files");
        int maxTargets =
                where.isPresent() && where.get().key().equals("files")
                        ? atLeastOne(fields, "maxTargets", ScrapeJob.DEFAULT_MAX_TARGETS)
                        : ScrapeJob.DEFAULT_MAX_TARGETS;
        Optional<URI> url = where.filter(at -> at.key().equals("url")).flatMap(ConfigReader::url);
        Optional<List<Path>> files =
                where.filter(at -> at.key().equals("files")).flatMap(at -> at.someOf(access::path));
        if (name.isEmpty() || terms.isEmpty()) {
            return Optional.empty();
        }
        return url.map(u -> new ScrapeTarget(name.get(), u, attributes, terms.get()))
                .map(ScrapeJob::of)
                .or(
                        () ->
                                files.map(
                                        paths ->
                                                new ScrapeJob(
                                                        name.get(),
                                                        List.of(),
                                                        paths,
                                                        attributes,
                                                        terms.get(),
                                                        maxTargets)));
    }

    private Optional<ScrapeTerms> terms(Fields fields) {
        Duration interval =
                fields.optional("interval", Durations::ownPositive).orElse(DEFAULT_INTERVAL);
        Optional<Value> timeoutAt = fields.value("timeout");
        Duration timeout =
                timeoutAt
                        .flatMap(Durations::ownPositive)
                        .orElse(ScrapeTerms.usualTimeout(interval));
        ScrapeTerms.Limits usual = ScrapeTerms.Limits.DEFAULT;
        ScrapeTerms.Limits limits =
                new ScrapeTerms.Limits(
                        atLeastOne(fields, "maxSamples", usual.maxSamples()),
                        atLeastOne(fields, "maxLabels", usual.maxLabels()),
                        atLeastOne(fields, "maxBodyBytes", usual.maxBodyBytes()));
        boolean honorLabels = fields.optional("honorLabels", Value::bool).orElse(false);
        boolean honorTimestamps = fields.optional("honorTimestamps", Value::bool).orElse(true);
        ScrapeTerms.Fallback fallback =
                fields.optional("fallbackFormat", v -> v.oneOf(FORMATS))
                        .orElse(ScrapeTerms.Fallback.NONE);
        Access known = access.access(fields);
        if (timeout.compareTo(interval) > 0) {
            return timeoutAt
                    .orElseThrow()
                    .wrong(
                            "a timeout of " + timeout + " is longer than the interval",
                            "at most " + interval);
        }
        return Optional.of(
                new ScrapeTerms(
                        interval, timeout, limits, honorLabels, honorTimestamps, fallback, known));
    }

    private static int atLeastOne(Fields fields, String key, int usual) {
        return fields.optional(key, v -> v.count(1))
                .map(count -> (int) Math.min(count, Integer.MAX_VALUE))
                .orElse(usual);
    }

    private static Optional<Map<String, String>> texts(Fields fields) {
        Map<String, String> texts = new HashMap<>();
        for (Value value : fields.all()) {
            value.attributeText().ifPresent(text -> texts.put(value.key(), text));
        }
        return Optional.of(texts);
    }
}
