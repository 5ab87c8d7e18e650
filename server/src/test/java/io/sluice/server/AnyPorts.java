package io.sluice.server;

import io.sluice.server.config.ServerConfig;

import java.net.URI;
import java.util.Set;

/** A server that others beside it do not meet. */
final class AnyPorts {
    /** The usual configuration, on free ports of this machine. */
    static final ServerConfig CONFIG =
            new ServerConfig(
                    new ServerConfig.Listen("127.0.0.1", Set.of(), 0, 0, 0, 0),
                    ServerConfig.DEFAULT.scrape(),
                    ServerConfig.DEFAULT.prometheus(),
                    ServerConfig.DEFAULT.backfillSources(),
                    ServerConfig.DEFAULT.alerting(),
                    ServerConfig.DEFAULT.tokens(),
                    ServerConfig.DEFAULT.tls());

    private AnyPorts() {}

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
