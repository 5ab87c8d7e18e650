package io.sluice.collector.receive;

import java.security.GeneralSecurityException;
import java.util.Optional;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * How a server proves who it is, and whom it lets connect.
 *
 * @param identity its certificate and key; may change while connections are open
 * @param clients what the certificates that clients must show are checked against; without it,
 *     clients need none
 */
public record Tls(X509ExtendedKeyManager identity, Optional<X509ExtendedTrustManager> clients) {

    /** The same as the JDK's own type, which does not say whether clients need a certificate. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {identity},
                    clients.map(manager -> new TrustManager[] {manager}).orElse(null),
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }
}
