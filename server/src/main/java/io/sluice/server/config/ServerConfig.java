package io.sluice.server.config;

import io.sluice.collector.scrape.ScrapeJob;
import io.sluice.server.trust.TlsFiles;
import io.sluice.server.trust.Token;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a server is told beside its data folder and its definitions. Every part has a default that
 * works.
 *
 * @param backfillSources senders that may send times up to 400 days old
 * @param tokens without any, everybody who reaches a port may do what it is for
 * @param tls without it, whoever is between hears everything
 */
public record ServerConfig(
        Listen listen,
        List<ScrapeJob> scrape,
        Set<String> backfillSources,
        List<Webhook> webhooks,
        List<Token> tokens,
        Tls tls) {

    /** Loopback on the usual ports, nothing scraped, nobody told. */
    public static final ServerConfig DEFAULT =
            new ServerConfig(Listen.DEFAULT, List.of(), Set.of(), List.of(), List.of(), Tls.NONE);

    public ServerConfig {
        scrape = List.copyOf(scrape);
        backfillSources = Set.copyOf(backfillSources);
        webhooks = List.copyOf(webhooks);
        tokens = List.copyOf(tokens);
    }

    /**
     * Where the server listens; port 0 is any free one.
     *
     * @param host one address for all ports
     * @param names by which browsers and programs may call us, beside {@code host} and the loopback
     *     ones
     * @param api dashboard and API
     */
    public record Listen(
            String host, Set<String> names, int api, int otlpHttp, int otlpGrpc, int dogstatsd) {
        /** Loopback until told otherwise. */
        public static final Listen DEFAULT =
                new Listen("127.0.0.1", Set.of(), 8080, 4318, 4317, 8125);

        public Listen {
            names = Set.copyOf(names);
        }
    }

    /** Which ports speak TLS, by the names that they have in {@link Listen}. */
    public record Tls(
            Optional<TlsFiles> api, Optional<TlsFiles> otlpHttp, Optional<TlsFiles> otlpGrpc) {
        /** None. */
        public static final Tls NONE =
                new Tls(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Somebody to tell of alerts. */
    public record Webhook(String name, URI url) {}
}
