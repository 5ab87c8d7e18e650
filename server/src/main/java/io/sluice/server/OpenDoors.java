package io.sluice.server;

import io.sluice.server.config.ServerConfig;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Says in plain words what a configuration lets in from other machines. */
final class OpenDoors {

    private OpenDoors() {}

    /** A sentence for each thing that somebody may not have meant; none on loopback. */
    static List<String> warnings(ServerConfig config) {
        ServerConfig.Listen listen = config.listen();
        if (isLoopback(listen.host())) {
            return List.of();
        }
        List<String> warnings = new ArrayList<>();
        if (config.tokens().isEmpty()) {
            warnings.add(
                    ("Sluice listens on %s without tokens: whoever reaches its ports may send telemetry"
                                    + " as any source; pages and API answer this machine only. Set"
                                    + " `tokens` in --config")
                            .formatted(listen.host()));
        }
        warnings.add(
                "DogStatsD has no tokens: whoever reaches UDP %s:%d may send"
                        .formatted(listen.host(), listen.dogstatsd()));
        return warnings;
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // and the receivers will say so
        }
    }
}
