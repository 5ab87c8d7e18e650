package io.sluice.server.trust;

import io.sluice.collector.receive.Tls;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A port's TLS, which follows its files: handshakes after a change see the new certificates,
 * connections that are open stay open. Files that do not go together, as while one of two is
 * written, leave the last good ones in use. {@link #look} is for one thread, handshakes for any.
 */
public final class TlsWatch {

    private static final Logger LOG = LoggerFactory.getLogger(TlsWatch.class);

    /** What the files held when they were last read. */
    private record Contents(byte[] certificate, byte[] key, byte @Nullable [] clientCa) {

        static Contents of(TlsFiles files) throws IOException {
            return new Contents(
                    Files.readAllBytes(files.certificate()),
                    Files.readAllBytes(files.key()),
                    files.clientCa().isEmpty() ? null : Files.readAllBytes(files.clientCa().get()));
        }

        boolean same(Contents other) {
            return Arrays.equals(certificate, other.certificate)
                    && Arrays.equals(key, other.key)
                    && Arrays.equals(clientCa, other.clientCa);
        }
    }

    /** What the files mean. */
    private record Managers(
            X509ExtendedKeyManager identity, @Nullable X509ExtendedTrustManager clients) {

        static Managers of(TlsFiles files, Contents contents) throws IOException {
            byte[] ca = contents.clientCa;
            return new Managers(
                    Pem.identity(
                            files.certificate(), contents.certificate, files.key(), contents.key),
                    ca == null ? null : Pem.trust(files.clientCa().orElseThrow(), ca));
        }
    }

    private static final Duration TELL_REFUSED_EVERY = Duration.ofSeconds(10);

    private final TlsFiles files;

    /** When a refusal was told last, by elapsed time; 0 for never. */
    private final AtomicLong refusalTold = new AtomicLong();

    private Contents seen;
    private String problem = "";
    private volatile Managers managers;

    private TlsWatch(TlsFiles files, Contents seen, Managers managers) {
        this.files = files;
        this.seen = seen;
        this.managers = managers;
    }

    /**
     * Reads the files for the first time.
     *
     * @throws IOException if they cannot be used; its message says which and why
     */
    public static TlsWatch open(TlsFiles files) throws IOException {
        Contents contents = Contents.of(files);
        return new TlsWatch(files, contents, Managers.of(files, contents));
    }

    /** What a receiver needs; stays true to the files. */
    public Tls tls() {
        return new Tls(
                new CurrentIdentity(),
                files.clientCa().isPresent()
                        ? Optional.of(new CurrentClients())
                        : Optional.empty());
    }

    /** Looks at the files; says once what is wrong with them. */
    public void look() {
        try {
            Contents now = Contents.of(files);
            if (!now.same(seen)) {
                managers = Managers.of(files, now);
                seen = now;
                LOG.info("{} is in use as it is now", files.certificate());
            }
            problem = "";
        } catch (IOException e) {
            if (!e.toString().equals(problem)) {
                problem = e.toString();
                LOG.error("changed certificates are not in use", e);
            }
        }
    }

    private X509ExtendedKeyManager identity() {
        return managers.identity;
    }

    private X509ExtendedTrustManager clients() {
        X509ExtendedTrustManager clients = managers.clients;
        if (clients == null) {
            throw new IllegalStateException("clients are checked only if there is a clientCa");
        }
        return clients;
    }

    /** Asks whoever is the identity at the time of a handshake. */
    private final class CurrentIdentity extends X509ExtendedKeyManager {

        @Override
        public String @Nullable [] getClientAliases(
                String keyType, Principal @Nullable [] issuers) {
            return null; // a server
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(
                String keyType, Principal @Nullable [] issuers) {
            return identity().getServerAliases(keyType, issuers);
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return identity().chooseServerAlias(keyType, issuers, socket);
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return identity().chooseEngineServerAlias(keyType, issuers, engine);
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return identity().getCertificateChain(alias);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return identity().getPrivateKey(alias);
        }
    }

    private interface Check {
        void run() throws CertificateException;
    }

    /**
     * Says whose certificate is refused, and why: to the client, a handshake that fails looks like
     * any other. Not more often than {@link #TELL_REFUSED_EVERY}, since anybody may try.
     */
    private void told(X509Certificate[] chain, Check check) throws CertificateException {
        try {
            check.run();
        } catch (CertificateException e) {
            long now = System.nanoTime();
            long before = refusalTold.get();
            boolean due = before == 0 || now - before >= TELL_REFUSED_EVERY.toNanos();
            if (due && refusalTold.compareAndSet(before, now)) {
                Throwable cause = e;
                for (@Nullable Throwable next = e; next != null; next = next.getCause()) {
                    cause = next;
                }
                LOG.warn(
                        "the certificate of a client is refused, {}: {}",
                        chain[0].getSubjectX500Principal().getName().replaceAll("\\p{Cntrl}", "?"),
                        cause.toString());
            }
            throw e;
        }
    }

    /** Asks whoever vouches for clients at the time of a handshake. */
    private final class CurrentClients extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType)
                throws CertificateException {
            told(chain, () -> clients().checkClientTrusted(chain, authType));
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            told(chain, () -> clients().checkClientTrusted(chain, authType, socket));
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            told(chain, () -> clients().checkClientTrusted(chain, authType, engine));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType)
                throws CertificateException {
            throw serversAreNotChecked();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw serversAreNotChecked();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw serversAreNotChecked();
        }

        private static CertificateException serversAreNotChecked() {
            return new CertificateException("these certificates vouch for clients");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return clients().getAcceptedIssuers();
        }
    }
}
