package io.sluice.server.config;

import io.sluice.collector.ask.Access;
import io.sluice.collector.query.QueryServer;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the servers that queries are asked of, by the names of data sources. */
final class QueryServerReader {

    private static final Duration BUCKET = Duration.ofSeconds(10);

    private final AccessReader access;
    private final Set<String> names = new HashSet<>();

    QueryServerReader(AccessReader access) {
        this.access = access;
    }

    Optional<Map.Entry<String, QueryServer>> server(Fields fields) {
        Optional<String> name = fields.require("name", this::newName);
        Optional<URI> url = fields.require("url", ConfigReader::url);
        Duration interval =
                fields.optional("interval", QueryServerReader::interval)
                        .orElse(QueryServer.DEFAULT_INTERVAL);
        Duration delay = fields.optional("delay", Durations::own).orElse(QueryServer.DEFAULT_DELAY);
        Duration timeout =
                fields.optional("timeout", Durations::ownPositive)
                        .orElse(QueryServer.DEFAULT_TIMEOUT);
        Duration history =
                fields.optional("history", Durations::own).orElse(QueryServer.DEFAULT_HISTORY);
        Access known = access.access(fields);
        return name.flatMap(
                n ->
                        url.map(
                                u ->
                                        Map.entry(
                                                n,
                                                new QueryServer(
                                                        u, interval, delay, timeout, history,
                                                        known))));
    }

    private Optional<String> newName(Value value) {
        return value.someText()
                .flatMap(
                        name ->
                                names.add(name)
                                        ? Optional.of(name)
                                        : value.wrong(
                                                "a second server of the name " + name,
                                                "each name once"));
    }

    private static Optional<Duration> interval(Value value) {
        return Durations.ownPositive(value)
                .flatMap(
                        length ->
                                length.toNanos() % BUCKET.toNanos() == 0
                                        ? Optional.of(length)
                                        : value.wrong(
                                                "an interval of " + length,
                                                "a multiple of 10s, the length of a bucket"));
    }
}
