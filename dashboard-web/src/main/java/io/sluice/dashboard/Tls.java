package io.sluice.dashboard;

import javax.net.ssl.SSLContext;

/**
 * How the dashboard proves who it is.
 *
 * @param context with its certificate
 * @param clientCertificates whether a client must show one too, which the context checks
 */
public record Tls(SSLContext context, boolean clientCertificates) {}
