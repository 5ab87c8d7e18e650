/**
 * The shop's HTTP: a small HTTP/1.1 server and client on blocking sockets and virtual threads.
 *
 * <p>Why not the JDK's: one request through the proxy costs two hops, and with {@code HttpClient}
 * and {@code HttpServer} that is about 700 µs of processor time, so two cores would be busy with
 * the shop alone. This costs a small fraction of it, and the shop needs neither TLS, HTTP/2 nor
 * chunked bodies. Loopback only.
 */
@NullMarked
package io.sluice.examples.http;

import org.jspecify.annotations.NullMarked;
