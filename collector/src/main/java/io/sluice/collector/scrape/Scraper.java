package io.sluice.collector.scrape;

import io.sluice.collector.extract.Decoder;
import io.sluice.collector.receive.Intake;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.measure.MalformedRequestException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Scrapes targets, each on a virtual thread of its own, so that one that hangs delays nobody. Every
 * scrape becomes a log entry, a failed one too: that a target was down is a measurement.
 */
public final class Scraper implements AutoCloseable {

    /** What the counters call it. */
    public static final String NAME = "scrape";

    /** A scrape that takes longer has failed; at most the interval. */
    public static final Duration MAX_DURATION = Duration.ofSeconds(10);

    /** A longer exposition is refused, as it came over the wire. */
    public static final int MAX_BODY_BYTES = 16 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Scraper.class);

    private final Intake intake;
    private final HttpClient client;
    private final List<Thread> threads = new ArrayList<>();

    /** Nothing is scraped before {@link #start}. */
    public Scraper(List<ScrapeTarget> targets, Intake intake) {
        this.intake = intake;
        this.client =
                HttpClient.newBuilder()
                        .connectTimeout(MAX_DURATION)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
        for (ScrapeTarget target : targets) {
            threads.add(
                    Thread.ofVirtual()
                            .name(NAME + "-" + target.job())
                            .unstarted(new Scraping(target)));
        }
    }

    /** What reads the bodies that scrapes bring. */
    public static List<Decoder> decoders() {
        return List.of(new ScrapeDecoder());
    }

    /** Begins to scrape, spread over the first interval. */
    public void start() {
        threads.forEach(Thread::start);
    }

    /** Gives up scrapes under way and begins no others. */
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        client.shutdownNow();
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        client.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A target that gave no exposition, and why. */
    private static final class DownException extends Exception {

        private static final long serialVersionUID = 1L;

        DownException(String reason) {
            super(reason);
        }
    }

    /** One target's scrapes, one after the other. */
    private final class Scraping implements Runnable {

        private final ScrapeTarget target;
        private final HttpRequest request;
        private final Duration timeout;
        private boolean down;

        Scraping(ScrapeTarget target) {
            this.target = target;
            this.timeout =
                    target.interval().compareTo(MAX_DURATION) < 0
                            ? target.interval()
                            : MAX_DURATION;
            this.request =
                    HttpRequest.newBuilder(target.url())
                            .header("Accept", ExpositionFormat.ACCEPT)
                            .header("Accept-Encoding", "gzip")
                            .header("User-Agent", "Sluice")
                            .header(
                                    "X-Prometheus-Scrape-Timeout-Seconds",
                                    Double.toString(timeout.toMillis() / 1e3))
                            .build();
        }

        @Override
        public void run() {
            try {
                ScrapeTimes times = ScrapeTimes.of(target, System.nanoTime());
                while (true) {
                    TimeUnit.NANOSECONDS.sleep(times.next(System.nanoTime()) - System.nanoTime());
                    scrape();
                }
            } catch (InterruptedException e) {
                // The scraper closes.
            }
        }

        private void scrape() throws InterruptedException {
            long began = System.nanoTime();
            Map<String, String> headers = new HashMap<>();
            headers.put(ScrapeDecoder.JOB, target.job());
            headers.put(ScrapeDecoder.INSTANCE, target.url().toString());
            target.attributes()
                    .forEach(
                            (key, value) ->
                                    headers.put(ScrapeDecoder.ATTRIBUTE_PREFIX + key, value));
            try {
                HttpResponse<byte[]> response = get();
                headers.put(
                        ScrapeDecoder.CONTENT_TYPE,
                        response.headers().firstValue("Content-Type").orElse(""));
                headers.put(ScrapeDecoder.DURATION_NANOS, Long.toString(System.nanoTime() - began));
                intake.takeUnanswered(
                        NAME, ScrapeDecoder.KIND, encoding(response), headers, response.body());
                if (down) {
                    down = false;
                    LOG.info("{} is up again", target.url());
                }
            } catch (DownException | MalformedRequestException e) {
                takeDown(headers, String.valueOf(e.getMessage()));
            }
        }

        private void takeDown(Map<String, String> headers, String reason) {
            if (!down) {
                down = true;
                LOG.warn("{} cannot be scraped: {}", target.url(), reason);
            }
            headers.put(ScrapeDecoder.FAILURE, reason);
            try {
                intake.takeUnanswered(
                        NAME, ScrapeDecoder.KIND, Encoding.IDENTITY, headers, new byte[0]);
            } catch (MalformedRequestException e) {
                throw new IllegalStateException("an entry of our own making cannot be read", e);
            }
        }

        private HttpResponse<byte[]> get() throws DownException, InterruptedException {
            CompletableFuture<HttpResponse<byte[]>> response =
                    client.sendAsync(
                            request,
                            BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BODY_BYTES));
            try {
                HttpResponse<byte[]> whole = response.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
                if (whole.statusCode() != 200) {
                    throw new DownException("it answered with status " + whole.statusCode());
                }
                return whole;
            } catch (TimeoutException e) {
                throw new DownException("it did not answer within " + timeout);
            } catch (ExecutionException e) {
                throw new DownException(String.valueOf(e.getCause()));
            } finally {
                response.cancel(true); // no effect on one that is complete
            }
        }

        private static Encoding encoding(HttpResponse<byte[]> response) throws DownException {
            String encoding = response.headers().firstValue("Content-Encoding").orElse("");
            return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
                case "", "identity" -> Encoding.IDENTITY;
                case "gzip", "x-gzip" -> Encoding.GZIP;
                default ->
                        throw new DownException(
                                "Content-Encoding is " + encoding + ", expected is gzip or none");
            };
        }
    }
}
