package io.sluice.collector.ask;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLContext;

/**
 * Sends GET requests and waits for whole answers. A hung server costs whoever asks one thread for
 * as long as it said, and nobody else. Thread-safe.
 *
 * <p>Redirects are followed here, not by the JDK: credentials go to the scheme, host and port that
 * they are meant for, and nowhere else.
 */
public final class Asker implements AutoCloseable {

    private static final int MAX_REDIRECTS = 5;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<Optional<SSLContext>, HttpClient> clients = new ConcurrentHashMap<>();

    /** Has asked nobody yet. */
    public Asker() {}

    /**
     * Asks once, redirects included.
     *
     * @param headers beside those that say who we are
     * @param timeout for all of it
     * @param maxBytes of the answer's body, as it comes over the wire
     * @return an answer of whatever status
     * @throws NoAnswerException if there is none, not in time, or too long a one
     */
    public HttpResponse<byte[]> get(
            URI url, Access access, Map<String, String> headers, Duration timeout, int maxBytes)
            throws NoAnswerException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        URI at = url;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpRequest request = request(at, access, headers, sameOrigin(url, at));
            HttpResponse<byte[]> response =
                    send(request, access, deadline - System.nanoTime(), timeout, maxBytes);
            URI next = redirect(response, at);
            if (next == null) {
                return response;
            }
            at = next;
        }
        throw new NoAnswerException("it redirects more than " + MAX_REDIRECTS + " times");
    }

    private static HttpRequest request(
            URI url, Access access, Map<String, String> headers, boolean trusted)
            throws NoAnswerException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).header("User-Agent", "Sluice");
        headers.forEach(request::header);
        try {
            if (trusted) {
                access.credentials()
                        .authorization()
                        .ifPresent(text -> request.header("Authorization", text));
            }
        } catch (IOException e) {
            throw new NoAnswerException(String.valueOf(e.getMessage()));
        }
        return request.build();
    }

    private HttpResponse<byte[]> send(
            HttpRequest request, Access access, long nanos, Duration timeout, int maxBytes)
            throws NoAnswerException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> response =
                client(access)
                        .sendAsync(
                                request,
                                BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxBytes));
        try {
            return response.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new NoAnswerException("it did not answer within " + timeout);
        } catch (ExecutionException e) {
            throw new NoAnswerException(String.valueOf(e.getCause()));
        } finally {
            response.cancel(true); // no effect on one that is complete
        }
    }

    private HttpClient client(Access access) {
        return clients.computeIfAbsent(
                access.tls(),
                tls -> {
                    HttpClient.Builder client =
                            HttpClient.newBuilder()
                                    .connectTimeout(CONNECT_TIMEOUT)
                                    .followRedirects(HttpClient.Redirect.NEVER)
                                    .executor(threads);
                    tls.ifPresent(client::sslContext);
                    return client.build();
                });
    }

    private static @Nullable URI redirect(HttpResponse<byte[]> response, URI at)
            throws NoAnswerException {
        return switch (response.statusCode()) {
            case 301, 302, 303, 307, 308 -> {
                String location = response.headers().firstValue("Location").orElse("");
                URI next = resolved(at, location);
                boolean web = "http".equals(next.getScheme()) || "https".equals(next.getScheme());
                boolean weaker = "https".equals(at.getScheme()) && "http".equals(next.getScheme());
                if (!web || weaker || next.getHost() == null) {
                    throw new NoAnswerException("it redirects to '" + location + "'");
                }
                yield next;
            }
            default -> null;
        };
    }

    private static URI resolved(URI at, String location) throws NoAnswerException {
        try {
            return at.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new NoAnswerException("it redirects to '" + location + "', which is no address");
        }
    }

    private static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equals(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && one.getPort() == other.getPort();
    }

    /** Gives up what is under way; nothing may be asked any more. */
    @Override
    public void close() {
        clients.values().forEach(HttpClient::shutdownNow);
        clients.values().forEach(HttpClient::close);
        threads.close();
    }
}
