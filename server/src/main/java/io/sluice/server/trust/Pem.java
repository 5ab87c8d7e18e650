package io.sluice.server.trust;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Makes key and trust managers of PEM text (RFC 7468). Every problem is an {@link IOException} that
 * names the file and what was expected in it, and never says what is in a key.
 */
final class Pem {

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

    /** Of a key store that is never stored. */
    private static final char[] NO_PASSWORD = {};

    private Pem() {}

    /** The identity that a certificate chain and its key are. */
    static X509ExtendedKeyManager identity(
            Path certificateFile, byte[] certificatePem, Path keyFile, byte[] keyPem)
            throws IOException {
        List<Certificate> chain = certificates(certificateFile, certificatePem);
        PublicKey publicKey = chain.getFirst().getPublicKey();
        PrivateKey key = key(keyFile, keyPem, publicKey.getAlgorithm());
        try {
            if (!fit(key, publicKey)) {
                throw new IOException(
                        keyFile + " is not the key of the first certificate in " + certificateFile);
            }
            KeyStore store = emptyStore();
            store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
            KeyManagerFactory factory =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use " + certificateFile + " with " + keyFile, e);
        }
    }

    /** Trusts what these certificates vouch for. */
    static X509ExtendedTrustManager trust(Path file, byte[] pem) throws IOException {
        try {
            KeyStore store = emptyStore();
            for (Certificate certificate : certificates(file, pem)) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use " + file, e);
        }
    }

    private static List<Certificate> certificates(Path file, byte[] pem) throws IOException {
        try {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem));
            if (certificates.isEmpty()) {
                throw new IOException("no certificate is in " + file);
            }
            return List.copyOf(certificates);
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is expected to hold PEM certificates", e);
        }
    }

    private static PrivateKey key(Path file, byte[] pem, String algorithm) throws IOException {
        Matcher matcher = PKCS8.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new IOException(
                    file
                            + " is expected to hold \"BEGIN PRIVATE KEY\", without a password; others become it with: openssl pkcs8 -topk8 -nocrypt");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Its message could quote the key.
            throw new IOException(
                    file + " holds no " + algorithm + " key, as its certificate has it");
        }
    }

    private static boolean fit(PrivateKey key, PublicKey publicKey)
            throws GeneralSecurityException {
        byte[] probe = "probe".getBytes(StandardCharsets.US_ASCII);
        String algorithm =
                switch (publicKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> publicKey.getAlgorithm();
                };
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(probe);
        return signature.verify(signed);
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
