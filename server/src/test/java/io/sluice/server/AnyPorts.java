package io.sluice.server;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.server.config.ServerConfig;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A server that others beside it do not meet. */
final class AnyPorts {
    /** Loopback, on whatever is free. */
    static final ServerConfig.Listen LISTEN =
            new ServerConfig.Listen("127.0.0.1", Set.of(), 0, 0, 0, 0);

    /** The usual configuration, on free ports of this machine. */
    static final ServerConfig CONFIG = config(Map.of());

    private AnyPorts() {}

    /** The same with other bounds than the usual ones, by the limits' names. */
    static ServerConfig config(Map<String, Long> limits) {
        ServerConfig usual = ServerConfig.DEFAULT;
        return new ServerConfig(
                LISTEN,
                usual.scrape(),
                usual.prometheus(),
                usual.backfillSources(),
                usual.alerting(),
                usual.tokens(),
                usual.tls(),
                limits);
    }

    /** A folder of definitions, as it is now. */
    static Sluice.DefinitionsFolder definitions(Path folder) {
        return new Sluice.DefinitionsFolder(folder, new DefinitionLoader().load(List.of(folder)));
    }

    /** Where one of its doors is. */
    static String address(Sluice sluice, String name) {
        return sluice.addresses().stream()
                .filter(address -> address.name().equals(name))
                .map(Sluice.Address::text)
                .findFirst()
                .orElseThrow();
    }

    /** The same, of a door that speaks HTTP. */
    static URI uri(Sluice sluice, String name) {
        return URI.create(address(sluice, name));
    }
}
