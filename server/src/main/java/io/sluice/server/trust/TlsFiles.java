package io.sluice.server.trust;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files by which a port speaks TLS, all PEM.
 *
 * @param certificate the server's certificate, followed by those that vouch for it
 * @param key its private key, PKCS #8, not encrypted
 * @param clientCa the certificates that vouch for clients; with it, clients without a certificate
 *     cannot connect
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> clientCa) {}
