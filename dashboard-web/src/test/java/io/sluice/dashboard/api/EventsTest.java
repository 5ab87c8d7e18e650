package io.sluice.dashboard.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;
import io.sluice.engine.SloEngine;
import io.sluice.engine.cutover.Decision;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Streams of events, as their clients read them (WHATWG HTML, 9.2.6). */
@Timeout(30)
final class EventsTest {
    private static final String PATH = ApiRoutes.BASE + "/events";

    /** One event as a client has it. */
    private record Told(String id, String type, String data) {}

    private static final class Stream implements Closeable {
        private final HttpResponse<InputStream> response;
        private final BufferedReader lines;

        Stream(Dashboard dashboard, String query, String... headers) throws Exception {
            response = dashboard.sendForStream(dashboard.request(PATH + query, headers).GET());
            lines =
                    new BufferedReader(
                            new InputStreamReader(response.body(), StandardCharsets.UTF_8));
            if (response.statusCode() == 200) {
                // What every stream begins with: from here on nothing is missed.
                assertThat(lines.readLine()).isEqualTo(":");
                assertThat(lines.readLine()).isEmpty();
            }
        }

        Told next() throws IOException {
            String id = "";
            String type = "";
            String data = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.isEmpty() && !data.isEmpty()) {
                    return new Told(id, type, data);
                }
            }
            throw new AssertionError("the stream has ended");
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }

    @Test
    void alert_isTold_asTheApiHasIt() throws Exception {
        FakeEngine engine = FakeEngine.shopFlow();
        try (Dashboard dashboard = Dashboard.of(engine);
                Stream stream = new Stream(dashboard, "?types=alert")) {
            assertThat(stream.response.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
            assertThat(stream.response.headers().firstValue("Cache-Control")).hasValue("no-store");

            engine.burn("auth-errors", 6_000, 0.5);

            Told told = stream.next();
            assertThat(told.type()).isEqualTo("alert");
            assertThat(told.id()).startsWith("alert:auth-errors/");
            assertThat(dashboard.json("/api/v1/alerts").get("alerts"))
                    .contains(Dashboard.parse(told.data()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 40})
    void decisionsOfACutover_areToldOldestFirst_howeverMany(int fresh) throws Exception {
        FakeEngine fake = FakeEngine.shopFlow();
        List<Decision> all = fake.decisions("cart", 1_000);
        AtomicInteger hidden = new AtomicInteger(fresh);
        try (EventLog log = new EventLog(withLatestHidden(fake, hidden))) {
            long end = log.end();
            hidden.set(0);
            fake.changed();

            List<String> told =
                    log.await(end, Duration.ofMillis(1)).orElseThrow().stream()
                            .map(EventLog.Event::id)
                            .toList();
            assertThat(told)
                    .isEqualTo(
                            all.subList(0, fresh).reversed().stream()
                                    .map(decision -> "decision:" + decision.evidenceId())
                                    .toList());
        }
    }

    /** The same engine, that does not tell of its latest decisions yet. */
    private static SloEngine withLatestHidden(FakeEngine fake, AtomicInteger hidden) {
        return (SloEngine)
                Proxy.newProxyInstance(
                        SloEngine.class.getClassLoader(),
                        new Class<?>[] {SloEngine.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("decisions")
                                    && arguments[0].equals("cart")) {
                                return fake.decisions("cart", 1_000).stream()
                                        .skip(hidden.get())
                                        .limit((Integer) arguments[1])
                                        .toList();
                            }
                            return method.invoke(fake, arguments);
                        });
    }

    @Test
    void whoWasAway_goesOnAfterTheLastEvent_overARestartToo() throws Exception {
        FakeEngine engine = FakeEngine.shopFlow();
        List<EventLog.Event> all;
        try (EventLog log = new EventLog(engine)) {
            all = log.all();
        }
        EventLog.Event last = all.get(all.size() - 3);
        List<String> owed =
                all.subList(all.size() - 2, all.size()).stream().map(EventLog.Event::id).toList();
        try (Dashboard restarted = Dashboard.of(engine);
                Stream stream = new Stream(restarted, "", "Last-Event-ID", last.id())) {
            List<String> told = new ArrayList<>();
            while (!told.containsAll(owed)) {
                Told next = stream.next();
                assertThat(next.id()).isNotEqualTo(last.id());
                told.add(next.id());
            }
        }
    }

    @Test
    void whoseLastEventIsNotHeld_getsAllThatAre() throws Exception {
        FakeEngine engine = FakeEngine.shopFlow();
        int held;
        try (EventLog log = new EventLog(engine)) {
            held = log.all().size();
        }
        try (Dashboard dashboard = Dashboard.of(engine);
                Stream stream = new Stream(dashboard, "", "Last-Event-ID", "decision:unknown")) {
            for (int i = 0; i < held; i++) {
                stream.next();
            }
            engine.burn("auth-errors", 6_000, 0.5);
            assertThat(stream.next().id()).startsWith("alert:auth-errors/");
        }
    }

    @Test
    void idsAreTheSameAfterARestart_andEachIsThereOnce() {
        FakeEngine engine = FakeEngine.shopFlow();
        try (EventLog before = new EventLog(engine);
                EventLog after = new EventLog(engine)) {
            List<String> ids = before.all().stream().map(EventLog.Event::id).toList();

            assertThat(after.all().stream().map(EventLog.Event::id)).isEqualTo(ids);
            assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
            assertThat(ids)
                    .anyMatch(id -> id.startsWith("alert:"))
                    .anyMatch(id -> id.startsWith("decision:"));
        }
    }

    @Test
    void whatHasNotChanged_isNotToldAgain() throws Exception {
        FakeEngine engine = FakeEngine.shopFlow();
        try (EventLog log = new EventLog(engine)) {
            long end = log.end();
            engine.changed();

            assertThat(log.await(end, Duration.ofMillis(1))).hasValue(List.of());
            assertThat(log.end()).isEqualTo(end);
        }
    }

    @Test
    void whoIsTooFarBehind_isCutOff_andWhoeverIsNotGoesOn() throws Exception {
        FakeEngine engine = FakeEngine.shopFlow();
        try (EventLog log = new EventLog(engine, 3)) {
            long end = log.end();
            assertThat(end).isGreaterThan(3);

            assertThat(log.await(end - 4, Duration.ofMillis(1))).isEmpty();
            Optional<List<EventLog.Event>> held = log.await(end - 3, Duration.ofMillis(1));
            assertThat(held.orElseThrow()).hasSize(3);
            assertThat(log.isClosed()).isFalse();
        }
    }

    @Test
    void oneStreamTooMany_isToldToComeBack() throws Exception {
        FakeEngine engine = FakeEngine.shopFlow();
        List<Stream> streams = new ArrayList<>();
        try (Dashboard dashboard = Dashboard.of(engine)) {
            for (int i = 0; i < EventRoutes.MAX_STREAMS; i++) {
                streams.add(new Stream(dashboard, ""));
            }
            HttpResponse<String> refused = dashboard.get(PATH);

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("30");
            assertThat(refused.body()).contains("\"status\":503");
            for (Stream stream : streams) {
                stream.close();
            }
        }
    }

    @Test
    void unknownType_isRefused() {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.shopFlow())) {
            HttpResponse<String> refused = dashboard.get(PATH + "?types=alert,deploys");

            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("alert or decision");
        }
    }
}
