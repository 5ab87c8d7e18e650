package io.sluice.server.config;

import io.sluice.collector.dogstatsd.UnixSocket;
import io.sluice.collector.query.QueryServer;
import io.sluice.collector.scrape.ScrapeJob;
import io.sluice.server.notify.Target;
import io.sluice.server.trust.TlsFiles;
import io.sluice.server.trust.Token;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a server is told beside its data folder and its definitions. Every part has a default that
 * works.
 *
 * @param prometheus servers that queries are asked of, by the names of data sources
 * @param backfillSources senders that may send times up to 400 days old
 * @param tokens without any, everybody who reaches a port may do what it is for
 * @param tls without it, whoever is between hears everything
 * @param limits other bounds than the usual ones, by the limits' names
 */
public record ServerConfig(
        Listen listen,
        List<ScrapeJob> scrape,
        Map<String, QueryServer> prometheus,
        Set<String> backfillSources,
        Alerting alerting,
        List<Token> tokens,
        Tls tls,
        Map<String, Long> limits) {

    /** Loopback on the usual ports, nothing scraped, nobody told. */
    public static final ServerConfig DEFAULT =
            new ServerConfig(
                    Listen.DEFAULT,
                    List.of(),
                    Map.of(),
                    Set.of(),
                    Alerting.NONE,
                    List.of(),
                    Tls.NONE);

    public ServerConfig {
        scrape = List.copyOf(scrape);
        prometheus = Map.copyOf(prometheus);
        backfillSources = Set.copyOf(backfillSources);
        tokens = List.copyOf(tokens);
        limits = Map.copyOf(limits);
    }

    /** With the usual limits. */
    public ServerConfig(
            Listen listen,
            List<ScrapeJob> scrape,
            Map<String, QueryServer> prometheus,
            Set<String> backfillSources,
            Alerting alerting,
            List<Token> tokens,
            Tls tls) {
        this(listen, scrape, prometheus, backfillSources, alerting, tokens, tls, Map.of());
    }

    /**
     * Where the pages are for whoever is not on this machine: what the configuration says; else the
     * first of the names that we may be called by, or the address that we listen on. An address
     * that means all of them is nobody's, and loopback takes its place.
     */
    public String baseUrl() {
        return alerting.publicUrl()
                .orElseGet(() -> scheme() + listen.publicHost() + ":" + listen.api());
    }

    private String scheme() {
        return tls.api().isPresent() ? "https://" : "http://";
    }

    /**
     * Where the server listens; port 0 is any free one.
     *
     * @param host one address for all ports
     * @param names by which browsers and programs may call us, beside {@code host} and the loopback
     *     ones
     * @param api dashboard and API
     * @param dogstatsdSocket where DogStatsD is listened for as a stream, beside its port
     */
    public record Listen(
            String host,
            Set<String> names,
            int api,
            int otlpHttp,
            int otlpGrpc,
            int dogstatsd,
            Optional<UnixSocket> dogstatsdSocket) {
        private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "[::]");

        /** Loopback until told otherwise. */
        public static final Listen DEFAULT =
                new Listen("127.0.0.1", Set.of(), 8080, 4318, 4317, 8125);

        public Listen {
            names = Set.copyOf(names);
        }

        /** Without a socket. */
        public Listen(
                String host,
                Set<String> names,
                int api,
                int otlpHttp,
                int otlpGrpc,
                int dogstatsd) {
            this(host, names, api, otlpHttp, otlpGrpc, dogstatsd, Optional.empty());
        }

        private String publicHost() {
            Optional<String> name = names.stream().sorted().findFirst();
            return name.orElse(WILDCARDS.contains(host) ? DEFAULT.host : host);
        }
    }

    /** Which ports speak TLS, by the names that they have in {@link Listen}. */
    public record Tls(
            Optional<TlsFiles> api, Optional<TlsFiles> otlpHttp, Optional<TlsFiles> otlpGrpc) {
        /** None. */
        public static final Tls NONE =
                new Tls(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Who is told of alerts, and how.
     *
     * @param publicUrl where readers of a notification find the pages, without a slash at the end;
     *     else what {@link Listen} suggests
     */
    public record Alerting(List<Target> receivers, Optional<String> publicUrl) {
        /** Nobody. */
        public static final Alerting NONE = new Alerting(List.of(), Optional.empty());

        public Alerting {
            receivers = List.copyOf(receivers);
        }
    }
}
