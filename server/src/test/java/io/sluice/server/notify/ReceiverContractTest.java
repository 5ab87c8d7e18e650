package io.sluice.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.sluice.collector.ask.Access;
import io.sluice.collector.ask.Credentials;
import io.sluice.engine.alert.AlertSender.SendResult;
import io.sluice.engine.store.StoredNotification;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Receivers that play by the rules of the real ones, told over real sockets. */
final class ReceiverContractTest {
    private static final Instant NOW = Instant.parse("2026-02-14T09:32:00Z");
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir private Path folder;
    private final ObjectMapper json = new ObjectMapper();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private HttpServer server;

    /** What a receiver answers. */
    private record Reply(int status, String body, Map<String, String> headers) {
        Reply(int status, String body) {
            this(status, body, Map.of());
        }
    }

    private record Request(String path, Map<String, String> headers, JsonNode body) {}

    private interface Rules {
        Reply take(Request request);
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI receiver(Rules rules) {
        server.createContext("/", exchange -> take(exchange, rules));
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private void take(HttpExchange exchange, Rules rules) throws IOException {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name, values.getFirst()));
        Request request =
                new Request(
                        exchange.getRequestURI().getPath(),
                        headers,
                        json.readTree(exchange.getRequestBody()));
        requests.add(request);
        Reply reply = rules.take(request);
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static StoredNotification notification(String status) {
        String body =
                """
                {"version":"1","status":"%s","key":"cart/0/p/page","title":"PAGE cart: \\"<burns>\\"",
                 "summary":"Burned by http.route /a&b (83.0 %%).","slo":"cart","service":"shop",
                 "objective":0,"severity":"PAGE","policy":"p","condition":"page","burnRate":36.5,
                 "firedAt":"2026-02-14T09:31:00Z","resolvedAt":"2026-02-14T09:31:50Z",
                 "budgetRemainingRatio":0.4,"budgetEndsAt":null,
                 "burnedBy":[{"dimension":"http.route","value":"/a&b","bad":5,"share":0.83}],
                 "traces":[{"id":"4bf9","url":"http://sluice/traces/4bf9"}],
                 "incident":{"id":"cart.1771061460000","beganAt":"2026-02-14T09:30:00Z"},
                 "url":"http://sluice/slos/cart"}
                """
                        .formatted(status);
        return new StoredNotification(1, "it", "cart/0/p/page/1771061460000/" + status, body, 0, 0);
    }

    private static SendResult tell(Place place, Form form, String status) {
        return tell(place, Access.OPEN, form, status);
    }

    private static SendResult tell(Place place, Access access, Form form, String status) {
        return new Sender(List.of(new Target("it", place, access, false, form)))
                .send(notification(status), NOW);
    }

    /** As api/v2 and model.Alert.Validate have it. */
    private static Reply alertmanager(Request request, Map<String, Instant> endsByLabels) {
        if (!request.path().equals("/api/v2/alerts") || !request.body().isArray()) {
            return new Reply(404, "");
        }
        for (JsonNode alert : request.body()) {
            boolean labelled =
                    alert.path("labels").size() > 0
                            && alert.path("labels").properties().stream()
                                    .allMatch(
                                            label ->
                                                    label.getKey().matches("[a-zA-Z_][a-zA-Z0-9_]*")
                                                            && label.getValue().isTextual());
            Instant starts = Instant.parse(alert.path("startsAt").asText());
            Instant ends = Instant.parse(alert.path("endsAt").asText());
            if (!labelled || ends.isBefore(starts)) {
                return new Reply(400, "\"start time must be before end time\"");
            }
            endsByLabels.put(alert.path("labels").toString(), ends);
        }
        return new Reply(200, "");
    }

    @Test
    void alertmanager_firesForAWhile_isRefreshed_andResolves() {
        Map<String, Instant> ends = new HashMap<>();
        Place place = new Place.Known(receiver(request -> alertmanager(request, ends)));

        assertThat(tell(place, new AlertmanagerForm(), "firing"))
                .isEqualTo(new SendResult.Delivered());
        assertThat(ends.values()).containsExactly(NOW.plus(Duration.ofMinutes(4)));
        assertThat(tell(place, new AlertmanagerForm(), "acknowledged"))
                .isEqualTo(new SendResult.Delivered());
        assertThat(tell(place, new AlertmanagerForm(), "resolved"))
                .isEqualTo(new SendResult.Delivered());

        // One alert: the labels did not change.
        assertThat(ends.values()).containsExactly(Instant.parse("2026-02-14T09:31:50Z"));
        assertThat(requests).hasSize(2);
        JsonNode alert = requests.getFirst().body().get(0);
        assertThat(alert.at("/labels/severity").asText()).isEqualTo("page");
        assertThat(alert.at("/annotations/description").asText()).contains("Burned by");
        assertThat(alert.at("/annotations/trace").asText()).isEqualTo("http://sluice/traces/4bf9");
        assertThat(alert.path("generatorURL").asText()).isEqualTo("http://sluice/slos/cart");
    }

    @Test
    void alertmanagerThatRefuses_isNotAskedAgain_oneThatIsIllIs() {
        URI refuses = receiver(_ -> new Reply(400, "\"bad\""));
        assertThat(tell(new Place.Known(refuses), new AlertmanagerForm(), "firing"))
                .isEqualTo(new SendResult.Refused("it answered 400: \"bad\""));
        server.removeContext("/");
        URI ill = receiver(_ -> new Reply(503, ""));
        assertThat(tell(new Place.Known(ill), new AlertmanagerForm(), "firing"))
                .isEqualTo(new SendResult.Failed("it answered 503"));
    }

    /** As the Events API v2 documents it: one incident for each key that was not resolved. */
    private static Reply pagerDuty(Request request, Map<String, List<String>> incidents) {
        JsonNode event = request.body();
        List<String> errors = new ArrayList<>();
        if (event.path("routing_key").asText().length() != 32) {
            errors.add("routing_key");
        }
        String action = event.path("event_action").asText();
        String key = event.path("dedup_key").asText();
        if (!List.of("trigger", "acknowledge", "resolve").contains(action)) {
            errors.add("event_action");
        }
        if (key.isEmpty() || key.length() > 255) {
            errors.add("dedup_key");
        }
        if (action.equals("trigger")) {
            JsonNode payload = event.path("payload");
            int length = payload.path("summary").asText().length();
            if (length == 0 || length > 1024 || payload.path("source").asText().isEmpty()) {
                errors.add("payload");
            }
            if (!List.of("critical", "error", "warning", "info")
                    .contains(payload.path("severity").asText())) {
                errors.add("severity");
            }
            Instant.parse(payload.path("timestamp").asText());
        }
        if (!errors.isEmpty()) {
            return new Reply(400, "{\"status\":\"invalid event\",\"errors\":\"" + errors + "\"}");
        }
        incidents.computeIfAbsent(key, _ -> new ArrayList<>()).add(action);
        return new Reply(202, "{\"status\":\"success\"}");
    }

    @Test
    void pagerDuty_triggersAcknowledgesAndResolvesOneIncident() throws Exception {
        Map<String, List<String>> incidents = new HashMap<>();
        Place place = new Place.Known(receiver(request -> pagerDuty(request, incidents)));
        Path key = Files.writeString(folder.resolve("pd.key"), SECRET + "\n");
        for (String status : List.of("firing", "firing", "acknowledged", "resolved")) {
            assertThat(tell(place, new PagerDutyForm(key, true), status))
                    .isEqualTo(new SendResult.Delivered());
        }
        assertThat(incidents)
                .isEqualTo(
                        Map.of(
                                "cart.1771061460000",
                                List.of("trigger", "trigger", "acknowledge", "resolve")));
        JsonNode details = requests.getFirst().body().at("/payload/custom_details");
        assertThat(details.at("/burnedBy/0/value").asText()).isEqualTo("/a&b");
        assertThat(requests.getFirst().body().at("/links/0/href").asText())
                .isEqualTo("http://sluice/traces/4bf9");

        tell(place, new PagerDutyForm(key, false), "resolved");
        assertThat(incidents).containsKey("cart/0/p/page/1771061460000");
    }

    @Test
    void pagerDutyThatRefusesAKey_saysSo_withoutTheKey() throws Exception {
        Place place = new Place.Known(receiver(request -> pagerDuty(request, new HashMap<>())));
        Path key = Files.writeString(folder.resolve("pd.key"), "short-secret");

        SendResult result = tell(place, new PagerDutyForm(key, true), "firing");

        assertThat(result).isInstanceOf(SendResult.Refused.class);
        assertThat(result.toString()).contains("routing_key").doesNotContain("short-secret");
        Files.delete(key);
        assertThat(tell(place, new PagerDutyForm(key, true), "firing"))
                .isInstanceOf(SendResult.Failed.class);
    }

    @Test
    void receiverThatIsBusy_saysHowLong() {
        URI busy = receiver(_ -> new Reply(429, "slow down", Map.of("Retry-After", "30")));
        assertThat(tell(new Place.Known(busy), new SlackForm(), "firing"))
                .isEqualTo(
                        new SendResult.Failed(
                                "it answered 429: slow down", Optional.of(Duration.ofSeconds(30))));
        assertThat(Sender.wait("Sat, 14 Feb 2026 09:33:00 GMT", NOW))
                .contains(Duration.ofMinutes(1));
        assertThat(Sender.wait("soon", NOW)).isEmpty();
    }

    @Test
    void slack_getsBlocksInWhichNothingOfAValueIsMarkup() throws Exception {
        URI slack = receiver(_ -> new Reply(200, "ok"));
        Path url =
                Files.writeString(folder.resolve("slack.url"), slack + "services/T0/B0/" + SECRET);

        assertThat(tell(new Place.InFile(url), new SlackForm(), "firing"))
                .isEqualTo(new SendResult.Delivered());

        Request request = requests.getFirst();
        assertThat(request.path()).isEqualTo("/services/T0/B0/" + SECRET);
        assertThat(request.body().path("text").asText()).isEqualTo("PAGE cart: \"&lt;burns&gt;\"");
        assertThat(request.body().at("/blocks/1/text/text").asText())
                .isEqualTo("Burned by http.route /a&amp;b (83.0 %).");
        assertThat(request.body().at("/blocks/2/elements/0/text").asText())
                .isEqualTo(
                        "<http://sluice/slos/cart|cart> · <http://sluice/traces/4bf9|trace 4bf9>");
    }

    @Test
    void secretAddress_isInNoMessage() throws Exception {
        Path url = Files.writeString(folder.resolve("slack.url"), "not an address " + SECRET);
        assertThat(tell(new Place.InFile(url), new SlackForm(), "firing").toString())
                .contains("slack.url")
                .doesNotContain(SECRET);
        Files.writeString(url, "http://127.0.0.1:1/" + SECRET);
        assertThat(tell(new Place.InFile(url), new SlackForm(), "firing").toString())
                .doesNotContain(SECRET);
        URI forbidden = receiver(_ -> new Reply(403, "no_service"));
        Files.writeString(url, forbidden + SECRET);
        assertThat(tell(new Place.InFile(url), new SlackForm(), "firing").toString())
                .contains("403")
                .doesNotContain(SECRET);
    }

    @Test
    void webhook_getsTheNotificationItsKeyAndItsCredentials() throws Exception {
        URI url = receiver(_ -> new Reply(204, ""));
        Path token = Files.writeString(folder.resolve("token"), "Bearer " + SECRET);

        assertThat(
                        tell(
                                new Place.Known(url),
                                new Access(new Credentials.Header(token), Optional.empty()),
                                new WebhookForm(Optional.empty()),
                                "firing"))
                .isEqualTo(new SendResult.Delivered());

        Request request = requests.getFirst();
        assertThat(request.body()).isEqualTo(json.readTree(notification("firing").body()));
        assertThat(request.headers())
                .containsEntry("Idempotency-key", "cart/0/p/page/1771061460000/firing")
                .containsEntry("Authorization", "Bearer " + SECRET)
                .containsEntry("Content-type", "application/json");
    }

    @Test
    void webhookWithATemplate_getsWhatItMakes() throws Exception {
        URI url = receiver(_ -> new Reply(200, ""));
        Template template =
                Template.parse(
                        "{\"say\":\"{{title}}\",\"who\":\"{{incident.id}}\",\"none\":\"{{nothing}}\","
                                + "\"by\":[{{#burnedBy}}\"{{value}} {{slo}}\"{{/burnedBy}}]"
                                + "{{#budgetEndsAt}},\"ends\":1{{/budgetEndsAt}}}",
                        Template.Escape.JSON);

        tell(new Place.Known(url), new WebhookForm(Optional.of(template)), "firing");

        assertThat(requests.getFirst().body())
                .isEqualTo(
                        json.readTree(
                                """
                                {"say":"PAGE cart: \\"<burns>\\"","who":"cart.1771061460000","none":"",
                                 "by":["/a&b cart"]}
                                """));
    }

    @Test
    void redirect_isNotFollowed() {
        URI url = receiver(_ -> new Reply(302, "", Map.of("Location", "http://127.0.0.1:1/")));

        assertThat(tell(new Place.Known(url), new WebhookForm(Optional.empty()), "firing"))
                .isEqualTo(new SendResult.Failed("it answered 302"));
    }
}
