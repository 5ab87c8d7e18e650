package io.sluice.collector.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.sluice.collector.Await;
import io.sluice.collector.TestPlans;
import io.sluice.collector.ask.Access;
import io.sluice.collector.ask.Credentials;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.receive.FakeEngine;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.Limits;
import io.sluice.collector.receive.ReceiverCounters;
import io.sluice.collector.receive.Sources;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/** Over real sockets. Names begin with the line of the scrape checklist that they prove. */
class ScraperTest {

    private static final String BODY =
            "# TYPE shop_requests_total counter\nshop_requests_total 17\n";
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final FakeEngine engine = new FakeEngine();
    private final ReceiverCounters counters = new ReceiverCounters();
    @TempDir private Path folder;
    private HttpServer server;
    private Scraper scraper;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    @AfterEach
    void stop() {
        scraper.close();
        server.stop(0);
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private void expose(String path, Consumer<HttpExchange> handler) {
        server.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        handler.accept(exchange);
                    } catch (UncheckedIOException e) {
                        // The scraper hung up, as some tests want it to.
                    }
                });
    }

    private static void answer(HttpExchange exchange, int status, String contentType, byte[] body) {
        try {
            exchange.getResponseHeaders().set("Content-Type", contentType);
            exchange.sendResponseHeaders(status, 0);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void scrape(ScrapeTarget... targets) {
        Extractor extractor =
                new Extractors(1 << 20, Scraper.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.metric("shop_requests_total"),
                                                TestPlans.metric("shop_requests_total")),
                                        TestPlans.judged(
                                                TestPlans.metric("up"),
                                                Indicator.Unit.NONE,
                                                Op.GTE,
                                                1)));
        Intake intake =
                new Intake(
                        () -> extractor,
                        engine,
                        counters,
                        Sources.ORDINARY,
                        Limits.DEFAULTS,
                        InstantSource.fixed(Instant.ofEpochSecond(1_767_225_605)));
        scraper = new Scraper(intake);
        scraper.scrape(List.of(targets));
    }

    private ScrapeTarget target(String path) {
        return target(path, ScrapeTerms.every(INTERVAL));
    }

    private ScrapeTarget target(String path, ScrapeTerms terms) {
        return new ScrapeTarget("monolith", url(path), Map.of("service.name", "monolith"), terms);
    }

    /** With time to spare: a first scrape loads classes. */
    private static ScrapeTerms terms(
            ScrapeTerms.Limits limits, ScrapeTerms.Fallback fallback, Access access) {
        Duration interval = Duration.ofSeconds(2);
        return new ScrapeTerms(interval, interval, limits, false, true, fallback, access);
    }

    private static ScrapeTerms within(int samples, int labels, int bytes) {
        return terms(
                new ScrapeTerms.Limits(samples, labels, bytes),
                ScrapeTerms.Fallback.NONE,
                Access.OPEN);
    }

    private static ScrapeTerms as(Credentials credentials) {
        return terms(
                ScrapeTerms.Limits.DEFAULT,
                ScrapeTerms.Fallback.NONE,
                new Access(credentials, Optional.empty()));
    }

    private List<FakeEngine.Accepted> scrapesOf(String path) {
        return engine.accepted().stream()
                .filter(
                        accepted ->
                                url(path)
                                        .toString()
                                        .equals(
                                                accepted.entry()
                                                        .headers()
                                                        .get(ScrapeDecoder.INSTANCE)))
                .toList();
    }

    private List<FakeEngine.Accepted> scrapesThatAreUp() {
        return engine.accepted().stream().filter(accepted -> up(accepted.extract()) == 1).toList();
    }

    private static long up(Extract extract) {
        return extract.counts().stream()
                .filter(counted -> counted.measure() == 1)
                .mapToLong(Extract.Counted::good)
                .sum();
    }

    @Test
    void everyScrapeIsALogEntry_withWhatItsTargetIs() {
        expose(
                "/metrics",
                exchange -> answer(exchange, 200, "text/plain; version=0.0.4", bytes(BODY)));
        scrape(target("/metrics"));

        Await.until(() -> engine.accepted().size() >= 3 && !scrapesThatAreUp().isEmpty());
        FakeEngine.Accepted first = scrapesThatAreUp().getFirst();
        assertThat(first.entry().kind()).isEqualTo("scrape");
        assertThat(first.entry().headers())
                .containsEntry("job", "monolith")
                .containsEntry("attribute.service.name", "monolith")
                .containsEntry("content-type", "text/plain; version=0.0.4");
        assertThat(first.extract().observations())
                .extracting(Extract.Observation::total)
                .contains(17_000L);
        assertThat(up(first.extract())).isEqualTo(1);
    }

    @Test
    void s1_weAskForProtobufFirst_thenOpenMetrics_andTakeGzip() {
        AtomicInteger asked = new AtomicInteger();
        expose(
                "/metrics",
                exchange -> {
                    boolean asExpected =
                            exchange.getRequestHeaders()
                                            .getFirst("Accept")
                                            .startsWith(
                                                    "application/vnd.google.protobuf"
                                                            + ";proto=io.prometheus.client.MetricFamily"
                                                            + ";encoding=delimited;q=0.6,"
                                                            + "application/openmetrics-text;version=1.0.0;")
                                    && exchange.getRequestHeaders()
                                            .getFirst("Accept-Encoding")
                                            .equals("gzip");
                    asked.addAndGet(asExpected ? 1 : 0);
                    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                    answer(
                            exchange,
                            200,
                            "application/openmetrics-text; version=1.0.0",
                            gzip(bytes("a 1\n# EOF\n")));
                });
        scrape(target("/metrics"));

        Await.until(() -> !scrapesThatAreUp().isEmpty());
        assertThat(asked).hasPositiveValue();
        assertThat(scrapesThatAreUp().getFirst().entry().encoding())
                .isEqualTo(LogEntry.Encoding.GZIP);
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    @Test
    void s8_s10_whatGivesNoExpositionIsDown_andSaysWhy() {
        expose("/broken", exchange -> answer(exchange, 200, "text/plain", bytes("a 1\nb\n")));
        expose("/html", exchange -> answer(exchange, 200, "text/html", bytes("<html>")));
        expose("/error", exchange -> answer(exchange, 503, "text/plain", bytes(BODY)));
        URI nobody = URI.create("http://127.0.0.1:1/metrics");
        scrape(
                target("/broken"),
                target("/html"),
                target("/error"),
                new ScrapeTarget("nobody", nobody, Map.of(), ScrapeTerms.every(INTERVAL)));

        Map<String, String> reasons =
                Map.of(
                        url("/broken").toString(),
                                "line 2: a space and a value were expected at ''",
                        url("/html").toString(),
                                "Content-Type is 'text/html', expected is text/plain,"
                                        + " application/openmetrics-text, or"
                                        + " application/vnd.google.protobuf with delimited messages"
                                        + " io.prometheus.client.MetricFamily",
                        url("/error").toString(), "it answered with status 503",
                        nobody.toString(), "java.net.ConnectException");
        // Not the first ones, which may have taken too long while classes were loaded.
        Await.until(
                () ->
                        reasons.entrySet().stream()
                                .allMatch(
                                        expected ->
                                                engine.accepted().stream()
                                                        .map(accepted -> accepted.entry().headers())
                                                        .anyMatch(
                                                                headers ->
                                                                        expected.getKey()
                                                                                        .equals(
                                                                                                headers
                                                                                                        .get(
                                                                                                                ScrapeDecoder
                                                                                                                        .INSTANCE))
                                                                                && headers.get(
                                                                                                ScrapeDecoder
                                                                                                        .FAILURE)
                                                                                        .startsWith(
                                                                                                expected
                                                                                                        .getValue()))));
        assertThat(scrapesThatAreUp()).isEmpty();
        assertThat(counters.rows())
                .filteredOn(row -> row.signal().equals(ReceiverCounters.REQUESTS))
                .singleElement()
                .satisfies(
                        row ->
                                assertThat(row.rejected())
                                        .containsOnlyKeys(
                                                RejectReason.MALFORMED, RejectReason.UNSUPPORTED));
    }

    private String failureOf(String path) {
        Await.until(() -> !scrapesOf(path).isEmpty());
        return scrapesOf(path).getFirst().entry().headers().getOrDefault(ScrapeDecoder.FAILURE, "");
    }

    @Test
    void s13_anExpositionOverALimitIsDown_asAWhole() {
        byte[] body = bytes("a{x=\"1\",y=\"1\"} 1\na{x=\"2\",y=\"2\"} 2\n");
        Map<String, ScrapeTerms> terms =
                Map.of(
                        "/fits", within(2, 2, body.length),
                        "/samples", within(1, 2, body.length),
                        "/labels", within(2, 1, body.length),
                        "/bytes", within(2, 2, body.length - 1),
                        "/gzip", within(2, 2, 500));
        byte[] commented = bytes("# " + "a".repeat(500) + "\na 1\n");
        terms.keySet()
                .forEach(
                        path ->
                                expose(
                                        path,
                                        exchange -> {
                                            boolean gzip = path.equals("/gzip");
                                            if (gzip) {
                                                exchange.getResponseHeaders()
                                                        .set("Content-Encoding", "gzip");
                                            }
                                            answer(
                                                    exchange,
                                                    200,
                                                    "text/plain",
                                                    gzip ? gzip(commented) : body);
                                        }));
        scrape(
                terms.entrySet().stream()
                        .map(entry -> target(entry.getKey(), entry.getValue()))
                        .toArray(ScrapeTarget[]::new));

        assertThat(failureOf("/fits")).isEmpty();
        assertThat(failureOf("/samples"))
                .isEqualTo("the exposition has more than the allowed 1 samples");
        assertThat(failureOf("/labels"))
                .isEqualTo(
                        "the exposition has more than the allowed 1 labels of one sample, at line 1");
        assertThat(failureOf("/bytes")).contains("exceed");
        assertThat(failureOf("/gzip"))
                .isEqualTo("the exposition has more than the allowed 500 bytes");
        assertThat(scrapesThatAreUp())
                .allSatisfy(
                        accepted ->
                                assertThat(accepted.entry().headers())
                                        .containsEntry(
                                                ScrapeDecoder.INSTANCE, url("/fits").toString()));
        assertThat(counters.rows())
                .anySatisfy(
                        row ->
                                assertThat(row.rejected().getOrDefault(RejectReason.OVERSIZE, 0L))
                                        .isGreaterThanOrEqualTo(3));
    }

    @Test
    void s15_aTargetIsToldWhoWeAre_alsoWhereItRedirectsToItself_andNobodyElseIs()
            throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "Bearer secret\n");
        Path password = Files.writeString(folder.resolve("password"), "pass word");
        expose(
                "/bearer",
                exchange -> {
                    exchange.getResponseHeaders().set("Location", "/moved");
                    answer(exchange, 307, "text/plain", new byte[0]);
                });
        expose("/moved", exchange -> answerIf(exchange, "Bearer secret"));
        expose("/basic", exchange -> answerIf(exchange, "Basic c2NyYXBlcjpwYXNzIHdvcmQ="));
        expose("/unreadable", exchange -> answerIf(exchange, "nobody is asked"));
        String elsewhere = "http://localhost:" + server.getAddress().getPort() + "/other";
        expose(
                "/elsewhere",
                exchange -> {
                    exchange.getResponseHeaders().set("Location", elsewhere);
                    answer(exchange, 302, "text/plain", new byte[0]);
                });
        expose("/other", exchange -> answerIf(exchange, null));
        scrape(
                target("/bearer", as(new Credentials.Header(token))),
                target("/basic", as(new Credentials.Basic("scraper", password))),
                target("/elsewhere", as(new Credentials.Header(token))),
                target("/unreadable", as(new Credentials.Header(folder.resolve("nothing")))));

        assertThat(failureOf("/bearer")).isEmpty();
        assertThat(failureOf("/basic")).isEmpty();
        assertThat(failureOf("/elsewhere")).isEmpty();
        assertThat(failureOf("/unreadable")).startsWith("the secret cannot be read: ");
        assertThat(engine.accepted())
                .allSatisfy(
                        accepted ->
                                assertThat(accepted.entry().headers().values())
                                        .noneMatch(text -> text.contains("secret\n"))
                                        .doesNotContain("Bearer secret"));
    }

    private static void answerIf(HttpExchange exchange, @Nullable String authorization) {
        boolean known =
                Objects.equals(
                        authorization, exchange.getRequestHeaders().getFirst("Authorization"));
        answer(exchange, known ? 200 : 401, "text/plain", bytes(BODY));
    }

    @Test
    void s15_aTargetThatRedirectsInACircleIsDown() {
        expose(
                "/circle",
                exchange -> {
                    exchange.getResponseHeaders().set("Location", "/circle");
                    answer(exchange, 302, "text/plain", new byte[0]);
                });
        scrape(target("/circle", within(9, 9, 999)));

        assertThat(failureOf("/circle")).isEqualTo("it redirects more than 5 times");
    }

    @Test
    void s2_anUnknownContentTypeIsWhatIsConfigured() {
        expose(
                "/metrics",
                exchange -> answer(exchange, 200, "application/octet-stream", bytes(BODY)));
        scrape(
                target(
                        "/metrics",
                        terms(ScrapeTerms.Limits.DEFAULT, ScrapeTerms.Fallback.TEXT, Access.OPEN)));

        assertThat(failureOf("/metrics")).isEmpty();
    }

    @Test
    void s11_aScrapeThatWasReadIsAllThatItsTargetHas_unlessItSpeaksForOthers() {
        expose("/metrics", exchange -> answer(exchange, 200, "text/plain", bytes(BODY)));
        expose("/federate", exchange -> answer(exchange, 200, "text/plain", bytes(BODY)));
        expose("/error", exchange -> answer(exchange, 503, "text/plain", bytes(BODY)));
        Duration interval = Duration.ofSeconds(2);
        scrape(
                target("/metrics", within(9, 9, 999)),
                target("/error", within(9, 9, 999)),
                target(
                        "/federate",
                        new ScrapeTerms(
                                interval,
                                interval,
                                ScrapeTerms.Limits.DEFAULT,
                                true,
                                true,
                                ScrapeTerms.Fallback.NONE,
                                Access.OPEN)));

        assertThat(failureOf("/metrics")).isEmpty();
        assertThat(failureOf("/federate")).isEmpty();
        assertThat(failureOf("/error")).isNotEmpty();
        assertThat(scrapesOf("/metrics").getFirst().entry().headers())
                .containsEntry(LogEntry.TARGET, "monolith " + url("/metrics"));
        assertThat(scrapesOf("/federate").getFirst().entry().headers())
                .doesNotContainKey(LogEntry.TARGET);
        assertThat(scrapesOf("/error").getFirst().entry().headers())
                .doesNotContainKey(LogEntry.TARGET);
    }

    @Test
    void s10_everyTargetSaysHowItIs() {
        expose("/metrics", exchange -> answer(exchange, 200, "text/plain", bytes(BODY)));
        expose("/error", exchange -> answer(exchange, 503, "text/plain", bytes(BODY)));
        ScrapeTarget good = target("/metrics", within(9, 9, 999));
        ScrapeTarget bad = target("/error", within(9, 9, 999));
        scrape(good, bad);

        Await.until(
                () -> scraper.status().stream().allMatch(status -> status.duration().isPositive()));
        assertThat(scraper.status())
                .extracting(Scraper.Status::target, Scraper.Status::up, Scraper.Status::failure)
                .containsExactly(
                        tuple(good, true, ""), tuple(bad, false, "it answered with status 503"));
    }

    @Test
    void targetsComeAndGo() {
        expose("/stays", exchange -> answer(exchange, 200, "text/plain", bytes(BODY)));
        expose("/goes", exchange -> answer(exchange, 200, "text/plain", bytes(BODY)));
        expose("/comes", exchange -> answer(exchange, 200, "text/plain", bytes(BODY)));
        scrape(target("/stays"), target("/goes"));
        Await.until(() -> !scrapesOf("/stays").isEmpty() && !scrapesOf("/goes").isEmpty());

        scraper.scrape(List.of(target("/comes"), target("/stays"), target("/stays")));
        int gone = scrapesOf("/goes").size();
        Await.until(() -> scrapesOf("/comes").size() > 2);
        assertThat(scrapesOf("/goes")).hasSize(gone);
        assertThat(scraper.status())
                .extracting(status -> status.target().url())
                .containsExactlyInAnyOrder(url("/stays"), url("/comes"));
    }

    @Test
    void s12_s17_aTargetThatHangsIsDownAfterItsInterval_andDelaysNobody() {
        Object never = new Object();
        expose(
                "/hangs",
                exchange -> {
                    synchronized (never) {
                        try {
                            never.wait(60_000);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                });
        expose(
                "/stalls",
                exchange -> {
                    try {
                        exchange.getResponseHeaders().set("Content-Type", "text/plain");
                        exchange.sendResponseHeaders(200, 1_000);
                        exchange.getResponseBody().write(1);
                        exchange.getResponseBody().flush();
                        synchronized (never) {
                            never.wait(60_000);
                        }
                    } catch (IOException | InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        expose("/metrics", exchange -> answer(exchange, 200, "text/plain", bytes(BODY)));
        scrape(target("/hangs"), target("/stalls"), target("/metrics"));

        Await.until(
                () ->
                        scrapesOf("/hangs").size() >= 3
                                && scrapesOf("/stalls").size() >= 3
                                && scrapesThatAreUp().size() >= 3);
        assertThat(scrapesOf("/stalls").getFirst().entry().headers().get(ScrapeDecoder.FAILURE))
                .isEqualTo("it did not answer within PT0.25S");
        synchronized (never) {
            never.notifyAll();
        }
    }

    @Test
    void whatCannotBeStoredIsCountedAsDropped() {
        expose("/metrics", exchange -> answer(exchange, 200, "text/plain", bytes(BODY)));
        engine.refuseWith(new OverloadedException("full", Duration.ofSeconds(1)));
        scrape(target("/metrics"));

        Await.until(
                () ->
                        counters.rows().stream()
                                .anyMatch(
                                        row ->
                                                row.dropped()
                                                                .getOrDefault(
                                                                        RejectReason.OVERLOAD, 0L)
                                                        >= 4));
        assertThat(engine.accepted()).isEmpty();
    }
}
