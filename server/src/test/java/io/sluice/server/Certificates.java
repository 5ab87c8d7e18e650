package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** An authority of our own with a server and a client, made by the JDK's keytool. */
final class Certificates {

    private static final String PASSWORD = "changeit";

    private final KeyStore store;

    private Certificates(KeyStore store) {
        this.store = store;
    }

    /** A new authority, and new certificates from it. */
    static Certificates make(Path folder, String authority) throws Exception {
        Path file = folder.resolve(authority + ".p12");
        keytool(file, "ca", "-dname", "CN=" + authority, "-ext", "bc:c=ca:true");
        keytool(
                file,
                "server",
                "-dname",
                "CN=server of " + authority,
                "-signer",
                "ca",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost");
        keytool(file, "client", "-dname", "CN=client of " + authority, "-signer", "ca");
        keytool(
                file,
                "expired",
                "-dname",
                "CN=expired client of " + authority,
                "-signer",
                "ca",
                "-startdate",
                "-10d",
                "-validity",
                "5");
        return new Certificates(KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray()));
    }

    private static void keytool(Path file, String alias, String... more) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-alias", alias, "-keyalg", "EC"));
        command.addAll(List.of("-groupname", "secp256r1", "-keystore", file.toString()));
        command.addAll(List.of("-storepass", PASSWORD));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** The certificates from an alias' own to the authority's. */
    byte[] chain(String alias) throws GeneralSecurityException {
        StringBuilder pem = new StringBuilder();
        for (Certificate certificate : store.getCertificateChain(alias)) {
            pem.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return pem.toString().getBytes(StandardCharsets.US_ASCII);
    }

    byte[] key(String alias) throws GeneralSecurityException {
        Key key = store.getKey(alias, PASSWORD.toCharArray());
        return pem("PRIVATE KEY", key.getEncoded()).getBytes(StandardCharsets.US_ASCII);
    }

    X509Certificate certificate(String alias) throws GeneralSecurityException {
        return (X509Certificate) store.getCertificate(alias);
    }

    /** For clients that trust this authority and show no certificate. */
    SSLContext trusting() throws GeneralSecurityException, IOException {
        KeyStore authority = KeyStore.getInstance("PKCS12");
        authority.load(null, null);
        authority.setCertificateEntry("ca", store.getCertificate("ca"));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authority);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** For clients that trust whoever shows them anything, and show a certificate of ours. */
    SSLContext presenting(String alias) throws GeneralSecurityException {
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore one = alone(alias);
        keys.init(one, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new TrustManager[] {new Trusting()}, null);
        return context;
    }

    private KeyStore alone(String alias) throws GeneralSecurityException {
        try {
            KeyStore one = KeyStore.getInstance("PKCS12");
            one.load(null, null);
            one.setKeyEntry(
                    alias,
                    store.getKey(alias, PASSWORD.toCharArray()),
                    PASSWORD.toCharArray(),
                    store.getCertificateChain(alias));
            return one;
        } catch (IOException e) {
            throw new KeyStoreException(e);
        }
    }

    /** Believes every server: these tests are about what servers believe. */
    private static final class Trusting extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Writes {@code server.pem}, {@code server.key} and {@code ca.pem}. */
    void write(Path folder) throws Exception {
        Files.write(folder.resolve("server.pem"), chain("server"));
        Files.write(folder.resolve("server.key"), key("server"));
        Files.write(folder.resolve("ca.pem"), chain("ca"));
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        what,
                        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der),
                        what);
    }
}
