package io.sluice.server.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The files by which we speak TLS to others, all PEM; read once.
 *
 * @param ca the certificates that vouch for the server; without it, those that the JDK comes with
 * @param identity our own certificate and its key (PKCS #8, not encrypted), where the server wants
 *     one
 */
public record ClientTls(Optional<Path> ca, Optional<Identity> identity) {

    /** A certificate, followed by those that vouch for it, and its key. */
    public record Identity(Path certificate, Path key) {}

    /**
     * What the files hold now.
     *
     * @throws IOException if they cannot be used; its message says which and why
     */
    public SSLContext context() throws IOException {
        KeyManager[] keys = null;
        if (identity.isPresent()) {
            Path certificate = identity.get().certificate();
            Path key = identity.get().key();
            keys =
                    new KeyManager[] {
                        Pem.identity(
                                certificate,
                                Files.readAllBytes(certificate),
                                key,
                                Files.readAllBytes(key))
                    };
        }
        TrustManager[] trusted =
                ca.isEmpty()
                        ? null
                        : new TrustManager[] {Pem.trust(ca.get(), Files.readAllBytes(ca.get()))};
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trusted, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }
}
