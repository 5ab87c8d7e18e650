package io.sluice.collector.otlp;

import java.net.InetAddress;

/** Names by which a machine calls itself. */
final class LoopbackHost {

    private LoopbackHost() {}

    /**
     * Whether a Host header's name is {@code localhost} or a literal loopback address. Asks no name
     * server.
     */
    static boolean is(String name) {
        String host =
                name.startsWith("[") && name.endsWith("]")
                        ? name.substring(1, name.length() - 1)
                        : name;
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
