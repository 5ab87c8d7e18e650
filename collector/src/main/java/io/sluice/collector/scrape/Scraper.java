package io.sluice.collector.scrape;

import io.sluice.collector.ask.Asker;
import io.sluice.collector.ask.NoAnswerException;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.receive.Intake;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.measure.MalformedRequestException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Scrapes targets, each on a virtual thread of its own, so that one that hangs delays nobody. Every
 * scrape becomes a log entry, a failed one too: that a target was down is a measurement.
 * Thread-safe.
 */
public final class Scraper implements AutoCloseable {

    /** What the counters call it. */
    public static final String NAME = "scrape";

    private static final Logger LOG = LoggerFactory.getLogger(Scraper.class);

    private final Intake intake;
    private final Asker asker = new Asker();
    private final Map<Key, Scraping> scrapings = new LinkedHashMap<>();

    /** What makes a target the same one: its streams have these names. */
    private record Key(String job, URI url) {}

    /**
     * A target, and how its last scrape went.
     *
     * @param failure why there was no exposition; empty if there was one, or before the first
     *     scrape
     * @param duration of the last scrape; zero before the first
     */
    public record Status(ScrapeTarget target, String failure, Duration duration) {

        /** Whether the last scrape was read. */
        public boolean up() {
            return failure.isEmpty() && duration.isPositive();
        }
    }

    /** Nothing is scraped before {@link #scrape}. */
    public Scraper(Intake intake) {
        this.intake = intake;
    }

    /** What reads the bodies that scrapes bring. */
    public static List<Decoder> decoders() {
        return List.of(new ScrapeDecoder());
    }

    /**
     * From now on these are scraped, and no others: those that are known go on as they were, new
     * ones begin within their first interval. Of several of one job and URL the first counts.
     */
    public synchronized void scrape(List<ScrapeTarget> targets) {
        Map<Key, ScrapeTarget> wanted = new LinkedHashMap<>();
        targets.forEach(t -> wanted.putIfAbsent(new Key(t.job(), t.url()), t));
        List<Scraping> gone = new ArrayList<>();
        scrapings
                .values()
                .removeIf(
                        scraping -> {
                            ScrapeTarget target = scraping.target;
                            boolean stays =
                                    target.equals(wanted.get(new Key(target.job(), target.url())));
                            if (!stays) {
                                gone.add(scraping);
                            }
                            return !stays;
                        });
        end(gone);
        wanted.forEach(
                (key, target) -> {
                    if (!scrapings.containsKey(key)) {
                        Scraping scraping = new Scraping(target);
                        scrapings.put(key, scraping);
                        scraping.thread.start();
                    }
                });
    }

    /** How every target is. */
    public synchronized List<Status> status() {
        return scrapings.values().stream().map(scraping -> scraping.status).toList();
    }

    /** Gives up scrapes under way and begins no others. */
    @Override
    public synchronized void close() {
        end(List.copyOf(scrapings.values()));
        scrapings.clear();
        asker.close();
    }

    private static void end(List<Scraping> scrapings) {
        scrapings.forEach(scraping -> scraping.thread.interrupt());
        boolean interrupted = false;
        for (Scraping scraping : scrapings) {
            while (scraping.thread.isAlive()) {
                try {
                    scraping.thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One target's scrapes, one after the other. */
    private final class Scraping implements Runnable {

        private final ScrapeTarget target;
        private final ScrapeTerms terms;
        private final Map<String, String> ask;
        private final Map<String, String> known;
        private final Thread thread;
        private volatile Status status;

        Scraping(ScrapeTarget target) {
            this.target = target;
            this.terms = target.terms();
            this.status = new Status(target, "", Duration.ZERO);
            this.ask =
                    Map.of(
                            "Accept",
                            ExpositionFormat.ACCEPT,
                            "Accept-Encoding",
                            "gzip",
                            "X-Prometheus-Scrape-Timeout-Seconds",
                            Double.toString(terms.timeout().toMillis() / 1e3));
            this.known = ScrapeDecoder.headers(target);
            this.thread = Thread.ofVirtual().name(NAME + "-" + target.job()).unstarted(this);
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
                // The scraper closes, or the target is gone.
            }
        }

        private void scrape() throws InterruptedException {
            long began = System.nanoTime();
            String failure = "";
            try {
                HttpResponse<byte[]> response =
                        asker.get(
                                target.url(),
                                terms.access(),
                                ask,
                                terms.timeout(),
                                terms.limits().maxBodyBytes());
                if (response.statusCode() != 200) {
                    throw new NoAnswerException("it answered with status " + response.statusCode());
                }
                take(response, System.nanoTime() - began);
            } catch (NoAnswerException | MalformedRequestException e) {
                failure = String.valueOf(e.getMessage());
                takeDown(failure);
            }
            report(failure, Duration.ofNanos(System.nanoTime() - began));
        }

        private void take(HttpResponse<byte[]> response, long nanos)
                throws NoAnswerException, MalformedRequestException {
            Map<String, String> headers = new HashMap<>(known);
            headers.put(
                    ScrapeDecoder.CONTENT_TYPE,
                    ExpositionFormat.contentType(
                            response.headers().firstValue("Content-Type").orElse(""),
                            terms.fallback()));
            headers.put(ScrapeDecoder.DURATION_NANOS, Long.toString(nanos));
            if (!terms.honorLabels()) {
                headers.put(LogEntry.TARGET, target.toString());
            }
            intake.takeUnanswered(
                    NAME, ScrapeDecoder.KIND, encoding(response), headers, response.body());
        }

        private void takeDown(String reason) {
            Map<String, String> headers = new HashMap<>(known);
            headers.put(ScrapeDecoder.FAILURE, reason);
            try {
                intake.takeUnanswered(
                        NAME, ScrapeDecoder.KIND, Encoding.IDENTITY, headers, new byte[0]);
            } catch (MalformedRequestException e) {
                throw new IllegalStateException("an entry of our own making cannot be read", e);
            }
        }

        private void report(String failure, Duration duration) {
            boolean wasDown = !status.failure.isEmpty();
            status = new Status(target, failure, duration);
            if (wasDown && failure.isEmpty()) {
                LOG.info("{} is up again", target.url());
            } else if (!wasDown && !failure.isEmpty()) {
                LOG.warn("{} cannot be scraped: {}", target.url(), failure);
            }
        }

        private static Encoding encoding(HttpResponse<byte[]> response) throws NoAnswerException {
            String encoding = response.headers().firstValue("Content-Encoding").orElse("");
            return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
                case "", "identity" -> Encoding.IDENTITY;
                case "gzip", "x-gzip" -> Encoding.GZIP;
                default ->
                        throw new NoAnswerException(
                                "Content-Encoding is " + encoding + ", expected is gzip or none");
            };
        }
    }
}
