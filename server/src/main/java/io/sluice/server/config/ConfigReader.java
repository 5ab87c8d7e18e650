package io.sluice.server.config;

import io.sluice.collector.dogstatsd.UnixSocket;
import io.sluice.collector.query.QueryServer;
import io.sluice.collector.scrape.ScrapeJob;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Problem;
import io.sluice.definitions.yaml.Reading;
import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;
import io.sluice.definitions.yaml.YamlParser;
import io.sluice.server.notify.Target;
import io.sluice.server.trust.TlsFiles;
import io.sluice.server.trust.Token;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads a configuration file with the same care as definitions: every problem at once, each at its
 * place.
 */
public final class ConfigReader {
    private final TokenReader tokens;
    private final AccessReader access;
    private final ScrapeReader scrapes;
    private final ReceiverReader receivers;
    private final QueryServerReader queryServers;
    private final LimitReader limits = new LimitReader(AllLimits.LIST);

    private ConfigReader(Path folder, Map<String, String> environment) {
        this.tokens = new TokenReader(folder, environment);
        this.access = new AccessReader(folder);
        this.scrapes = new ScrapeReader(access);
        this.receivers = new ReceiverReader(access);
        this.queryServers = new QueryServerReader(access);
    }

    /** A configuration, or what is wrong with its file. */
    public record Read(Optional<ServerConfig> config, List<Problem> problems) {
        public Read {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Reads a file. Files that it names are looked for beside it.
     *
     * @param environment variables that may hold secrets
     * @throws IOException if it cannot be read, or is not text in UTF-8
     */
    public static Read read(Path file, Map<String, String> environment) throws IOException {
        Path folder = file.toAbsolutePath().resolveSibling("");
        return read(file.toString(), Files.readString(file), folder, environment);
    }

    /**
     * Reads a text; {@code name} is what problems call it. An empty text is the default
     * configuration.
     */
    static Read read(String name, String text, Path folder, Map<String, String> environment) {
        ConfigReader reader = new ConfigReader(folder, environment);
        List<Problem> problems = new ArrayList<>();
        Reading reading = new Reading(name, problems);
        List<YamlNode> documents = YamlParser.parse(text, reading);
        Optional<ServerConfig> config =
                documents.isEmpty()
                        ? Optional.of(ServerConfig.DEFAULT)
                        : Value.root(reading, "", documents.getFirst()).object(reader::config);
        if (documents.size() > 1) {
            Value.root(reading, "", documents.get(1))
                    .wrong("a second document", "one document in a configuration");
        }
        return new Read(reading.failed() ? Optional.empty() : config, problems);
    }

    private Optional<ServerConfig> config(Fields fields) {
        ServerConfig.Listen listen =
                fields.optional("listen", v -> v.object(this::listen))
                        .orElse(ServerConfig.Listen.DEFAULT);
        List<ScrapeJob> scrape = list(fields, "scrape", scrapes::job);
        Map<String, QueryServer> servers =
                list(fields, "prometheus", queryServers::server).stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Map.Entry::getKey, Map.Entry::getValue));
        Set<String> backfill =
                list(fields, "sources", ConfigReader::source).stream()
                        .filter(Source::backfill)
                        .map(Source::name)
                        .collect(Collectors.toUnmodifiableSet());
        List<Target> told = list(fields, "receivers", receivers::receiver);
        Optional<String> publicUrl =
                fields.optional("publicUrl", ConfigReader::url)
                        .map(url -> url.toString().replaceAll("/+$", ""));
        List<Token> holders = list(fields, "tokens", tokens::token);
        ServerConfig.Tls tls =
                fields.optional("tls", v -> v.object(this::tls)).orElse(ServerConfig.Tls.NONE);
        Map<String, Long> bounds =
                fields.optional("limits", v -> v.object(limits::bounds)).orElse(Map.of());
        return Optional.of(
                new ServerConfig(
                        listen,
                        scrape,
                        servers,
                        backfill,
                        new ServerConfig.Alerting(told, publicUrl),
                        holders,
                        tls,
                        bounds));
    }

    private Optional<ServerConfig.Tls> tls(Fields fields) {
        return Optional.of(
                new ServerConfig.Tls(
                        fields.optional("api", v -> v.object(this::tlsFiles)),
                        fields.optional("otlpHttp", v -> v.object(this::tlsFiles)),
                        fields.optional("otlpGrpc", v -> v.object(this::tlsFiles))));
    }

    private Optional<TlsFiles> tlsFiles(Fields fields) {
        Optional<Path> certificate = fields.require("certificate", access::path);
        Optional<Path> key = fields.require("key", access::path);
        Optional<Path> clientCa = fields.optional("clientCa", access::path);
        return certificate.flatMap(c -> key.map(k -> new TlsFiles(c, k, clientCa)));
    }

    private static <T> List<T> list(Fields fields, String key, Function<Fields, Optional<T>> item) {
        return fields.optional(key, v -> v.list(one -> one.object(item))).orElse(List.of());
    }

    private Optional<ServerConfig.Listen> listen(Fields fields) {
        ServerConfig.Listen usual = ServerConfig.Listen.DEFAULT;
        return Optional.of(
                new ServerConfig.Listen(
                        fields.optional("host", Value::someText).orElse(usual.host()),
                        fields.optional("names", v -> v.list(Value::someText))
                                .map(Set::copyOf)
                                .orElse(usual.names()),
                        port(fields, "api", usual.api()),
                        port(fields, "otlpHttp", usual.otlpHttp()),
                        port(fields, "otlpGrpc", usual.otlpGrpc()),
                        port(fields, "dogstatsd", usual.dogstatsd()),
                        fields.optional("dogstatsdSocket", v -> v.object(this::socket))));
    }

    private Optional<UnixSocket> socket(Fields fields) {
        Optional<Path> path = fields.require("path", access::path);
        Set<PosixFilePermission> mode =
                fields.optional("mode", ConfigReader::mode).orElse(UnixSocket.DEFAULT_MODE);
        return path.map(p -> new UnixSocket(p, mode));
    }

    /** Three digits of eight, as {@code chmod} takes them; in quotes, or YAML reads a number. */
    private static Optional<Set<PosixFilePermission>> mode(Value value) {
        return value.someText()
                .flatMap(
                        text -> {
                            if (!text.matches("0?[0-7]{3}")) {
                                return value.wrong(
                                        "`" + text + "` is no mode", "for example \"0660\"");
                            }
                            int bits = Integer.parseInt(text, 8);
                            Set<PosixFilePermission> mode =
                                    EnumSet.noneOf(PosixFilePermission.class);
                            PosixFilePermission[] all = PosixFilePermission.values();
                            for (int i = 0; i < all.length; i++) {
                                if ((bits & 1 << (all.length - 1 - i)) != 0) {
                                    mode.add(all[i]);
                                }
                            }
                            return Optional.of(mode);
                        });
    }

    private static int port(Fields fields, String key, int usual) {
        return fields.optional(
                        key,
                        v ->
                                v.count(0)
                                        .flatMap(
                                                n ->
                                                        n > 65_535
                                                                ? v.<Long>wrong(
                                                                        n + " is not a port",
                                                                        "0 (any free port) to 65535")
                                                                : Optional.of(n)))
                .map(Long::intValue)
                .orElse(usual);
    }

    private record Source(String name, boolean backfill) {}

    private static Optional<Source> source(Fields fields) {
        Optional<String> name = fields.require("name", Value::someText);
        boolean backfill = fields.optional("backfill", Value::bool).orElse(false);
        return name.map(n -> new Source(n, backfill));
    }

    /** An address on the web. */
    static Optional<URI> url(Value value) {
        return value.someText()
                .flatMap(
                        text -> {
                            try {
                                URI uri = new URI(text);
                                boolean web =
                                        "http".equals(uri.getScheme())
                                                || "https".equals(uri.getScheme());
                                if (web && uri.getHost() != null) {
                                    return Optional.of(uri);
                                }
                            } catch (URISyntaxException e) {
                                return value.wrong(
                                        "`" + text + "` is no address: " + e.getReason(),
                                        "an http or https address");
                            }
                            return value.wrong(
                                    "`" + text + "` is no address", "an http or https address");
                        });
    }
}
