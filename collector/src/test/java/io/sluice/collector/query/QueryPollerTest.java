package io.sluice.collector.query;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.sluice.definitions.model.EventSource;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MeasurePlan;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Against a server that knows two counters: every second one request, of ten nine are good. */
class QueryPollerTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:07Z");
    private static final Duration HISTORY = Duration.ofHours(1);

    private final FakeEngine engine = new FakeEngine();
    private final ReceiverCounters counters = new ReceiverCounters();
    private final Queue<Map<String, String>> requests = new ConcurrentLinkedQueue<>();
    private final MeasurePlan plan = plan("good", "total");
    @TempDir private Path folder;
    private volatile Instant now = START;
    private volatile MeasurePlan inForce = plan;
    private volatile String broken = "";
    private volatile OptionalLong counted = OptionalLong.empty();
    private volatile OptionalLong history = OptionalLong.empty();
    private HttpServer server;
    private QueryPoller poller;

    private static MeasurePlan plan(String good, String total) {
        return TestPlans.plan(TestPlans.goodOf(query(good), query(total)));
    }

    private static EventSource query(String text) {
        return new EventSource.Prometheus(Optional.of("metrics"), text);
    }

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/prom/api/v1/query_range", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        poller.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        Map<String, String> asked =
                Arrays.stream(exchange.getRequestURI().getRawQuery().split("&"))
                        .map(pair -> pair.split("=", 2))
                        .collect(
                                Collectors.toMap(
                                        pair -> pair[0],
                                        pair ->
                                                URLDecoder.decode(
                                                        pair[1], StandardCharsets.UTF_8)));
        requests.add(asked);
        boolean fails = asked.get("query").equals(broken);
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        boolean known = authorization == null || authorization.equals("Bearer secret");
        byte[] body =
                (fails ? "{\"status\":\"error\",\"error\":\"no such thing\"}" : matrix(asked))
                        .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(fails ? 422 : known ? 200 : 401, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String matrix(Map<String, String> asked) {
        StringBuilder points = new StringBuilder();
        long step = Long.parseLong(asked.get("step"));
        long end = Long.parseLong(asked.get("end"));
        for (long at = Long.parseLong(asked.get("start")); at <= end; at += step) {
            long value = asked.get("query").equals("good") ? at * 9 / 10 : at;
            points.append(points.isEmpty() ? "" : ",").append("[%d,\"%d\"]".formatted(at, value));
        }
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":["
                + points
                + "]}]}}";
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/prom/");
    }

    private QueryServer server(Duration past, Access access) {
        return new QueryServer(
                url(),
                QueryServer.DEFAULT_INTERVAL,
                QueryServer.DEFAULT_DELAY,
                Duration.ofSeconds(20),
                past,
                access);
    }

    private void poll(Map<String, QueryServer> servers) {
        Extractor extractor = new Extractors(1 << 20, QueryPoller.decoders()).compile(plan);
        Intake intake =
                new Intake(
                        () -> extractor,
                        engine,
                        counters,
                        Sources.ORDINARY,
                        Limits.DEFAULTS,
                        () -> now);
        Reached reached =
                new Reached() {
                    @Override
                    public OptionalLong countedUntil(String measure) {
                        return counted;
                    }

                    @Override
                    public OptionalLong historyUntil(String measure) {
                        return history;
                    }
                };
        poller = new QueryPoller(() -> inForce, servers, reached, intake, () -> now);
        poller.look();
    }

    private void poll() {
        poll(Map.of("metrics", server(HISTORY, Access.OPEN)));
    }

    private QueryPoller.Status status() {
        return poller.status().getFirst();
    }

    private void awaitAnswered(String until) {
        Await.until(
                () -> {
                    poller.look();
                    return status().answeredUntil().equals(Optional.of(Instant.parse(until)));
                });
    }

    private List<Extract.Observation> points() {
        return engine.accepted().stream()
                .flatMap(a -> a.extract().observations().stream())
                .toList();
    }

    @Test
    void thePastIsHistory_andThenEveryInstantIsAskedForOnce() {
        poll();
        awaitAnswered("2025-12-31T23:59:30Z");
        now = START.plusSeconds(2);
        poller.look();
        awaitAnswered("2025-12-31T23:59:30Z");
        now = START.plusSeconds(70);
        awaitAnswered("2026-01-01T00:01:00Z");

        assertThat(engine.accepted().stream().map(a -> a.entry().backfill()))
                .containsExactly(true, true, false);
        assertThat(requests.stream().map(r -> r.get("query") + " " + r.get("step")))
                .containsExactly(
                        "total 60", "good 60", "total 30", "good 30", "total 30", "good 30");
        List<Long> seconds =
                points().stream()
                        .filter(point -> point.total() > 0)
                        .map(point -> point.timeNanos() / 1_000_000_000)
                        .toList();
        assertThat(seconds).isSorted().doesNotHaveDuplicates();
        assertThat(seconds.getFirst())
                .isEqualTo(Instant.parse("2025-12-31T23:01:00Z").getEpochSecond());
        assertThat(seconds.getLast())
                .isEqualTo(Instant.parse("2026-01-01T00:01:00Z").getEpochSecond());
        assertThat(points())
                .allSatisfy(
                        point -> {
                            long second = point.timeNanos() / 1_000_000_000;
                            assertThat(point.good() + point.total())
                                    .isEqualTo(
                                            1000 * (point.total() > 0 ? second : second * 9 / 10));
                        });
    }

    @Test
    void goodWithoutItsTotalIsNotStored_andIsAskedForAgain() {
        broken = "good";
        poll();
        Await.until(() -> status().failures() == 1);
        assertThat(status().failure())
                .contains("answered with status 422: {\"status\":\"error\",\"error\":\"no such");
        poller.look();
        assertThat(status().failures()).isEqualTo(1);
        assertThat(engine.accepted()).isEmpty();

        broken = "";
        now = START.plusSeconds(31);
        awaitAnswered("2026-01-01T00:00:00Z");
        assertThat(status().failure()).isEmpty();
        assertThat(points().getFirst().timeNanos())
                .isEqualTo(Instant.parse("2025-12-31T23:01:00Z").getEpochSecond() * 1_000_000_000);
    }

    @Test
    void whatCannotBeStoredIsAskedForAgain() {
        engine.refuseWith(new OverloadedException("full", Duration.ofSeconds(1)));
        poll();
        Await.until(() -> status().failures() == 1);
        engine.refuseWith(null);
        now = START.plusSeconds(30);
        awaitAnswered("2026-01-01T00:00:00Z");
        assertThat(points()).isNotEmpty();
    }

    @Test
    void afterARestartItGoesOnBehindWhatIsCounted_asLive() {
        counted = OptionalLong.of(START.getEpochSecond() - 1807);
        poll();
        awaitAnswered("2025-12-31T23:59:30Z");

        assertThat(engine.accepted())
                .singleElement()
                .satisfies(a -> assertThat(a.entry().backfill()).isFalse());
        assertThat(requests.peek()).containsEntry("start", "" + (START.getEpochSecond() - 1807));
    }

    @Test
    void anImportThatWasCutOffGoesOnAsHistory() {
        counted = OptionalLong.of(START.getEpochSecond() - 1807);
        history = counted;
        poll();
        awaitAnswered("2025-12-31T23:59:30Z");

        assertThat(engine.accepted().stream().map(a -> a.entry().backfill()))
                .containsExactly(true, true);
    }

    @Test
    void withoutHistoryItBeginsNow() {
        poll(Map.of("metrics", server(Duration.ZERO, Access.OPEN)));
        awaitAnswered("2025-12-31T23:59:30Z");

        assertThat(engine.accepted()).singleElement();
        assertThat(points()).hasSize(2);
    }

    @Test
    void aNewPlanIsFollowed_andWhatItAsksStillGoesOn() {
        poll();
        awaitAnswered("2025-12-31T23:59:30Z");
        int before = requests.size();
        inForce = plan("good", "total");
        now = START.plusSeconds(30);
        awaitAnswered("2026-01-01T00:00:00Z");
        assertThat(requests).hasSize(before + 2);
        inForce = TestPlans.plan();
        poller.look();
        assertThat(poller.status()).isEmpty();
    }

    @Test
    void aServerThatNobodyNamedIsMissed() {
        poll(Map.of("other", server(HISTORY, Access.OPEN)));

        assertThat(status().failure()).isEqualTo("no server is known by the name metrics");
        assertThat(requests).isEmpty();
    }

    @Test
    void credentialsAreSent() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "Bearer wrong");
        Access access = new Access(new Credentials.Header(file), Optional.empty());
        poll(Map.of("metrics", server(HISTORY, access)));
        Await.until(() -> status().failures() == 1);
        assertThat(status().failure()).contains("answered with status 401");

        Files.writeString(file, "Bearer secret");
        now = START.plusSeconds(30);
        awaitAnswered("2026-01-01T00:00:00Z");
    }
}
