package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The shop's definitions with hostile text wherever they have text for people, and spans with
 * hostile attribute values, through the real server to every page that its pages lead to, and to
 * every answer of its API.
 */
final class HostileDefinitionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Each begins with another character that means something somewhere. */
    private static final List<String> TEXTS =
            List.of(
                    "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>",
                    "javascript:alert(3)//<svg/onload=alert(4)>",
                    "=cmd|' /C calc'!A0",
                    "+1+HYPERLINK(\"http://evil.example\",\"x\")",
                    "@SUM(1+9)*cmd|' /C calc'!A0",
                    "{{7*7}} ${7*7} <%= 7*7 %> #{7*7} @if(true)x@endif",
                    "\u202Egpj.exe\u2066 \u200F\u200E \uFEFF",
                    "]]>--><!-- </title></main></body> &lt;b&gt; &#60;i&#62;",
                    "[x](javascript:alert(5)) ![y](http://evil.example/y.png) | `z` **b**",
                    "' OR 1=1; -- \\\\ \" \t",
                    "W".repeat(1_000));

    private static final Pattern FOR_PEOPLE =
            Pattern.compile("(?m)^(\\s*(?:- )?(?:displayName|description|statement|reason): ).*$");

    private static final Pattern LINK = Pattern.compile("(?:href|data-plot|src)=\"(/[^\"#]*)");

    /** What {@code hostile} markup would be if it were markup. */
    private static final Pattern MARKUP =
            Pattern.compile(
                    "<img src=x|<script>alert|<svg/onload|href=\"javascript|src=\"javascript"
                            + "|</title></main>");

    private static final int MOST_PAGES = 200;

    @TempDir private Path folder;
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void hostileText_isOnlyText_whereverItIsShown() throws Exception {
        Path definitions = folder.resolve("definitions");
        int replaced = copyHostile(Path.of("..", "slo-definitions", "shopflow"), definitions);
        assertThat(replaced).isGreaterThan(50);
        Loaded loaded = new DefinitionLoader().load(List.of(definitions));
        assertThat(loaded.definitions()).as(loaded.problems().toString()).isPresent();
        try (Sluice sluice =
                Sluice.start(
                        folder.resolve("data"),
                        new Sluice.DefinitionsFolder(definitions, loaded),
                        AnyPorts.CONFIG,
                        InstantSource.system())) {
            URI api = AnyPorts.uri(sluice, "api");
            sendHostile(AnyPorts.uri(sluice, "otlp-http").resolve("/v1/traces"));
            operateHostile(api);

            TreeMap<String, HttpResponse<String>> answers = crawl(api);

            assertThat(answers).hasSizeGreaterThan(60);
            answers.forEach(HostileDefinitionsTest::check);
            assertThat(answers.get("/").body()).contains("&lt;img src=x onerror");
            inABrowser(
                    api,
                    ofEachKind(
                            answers.entrySet().stream()
                                    .filter(answer -> isHtml(answer.getValue()))
                                    .map(answer -> answer.getKey())
                                    .toList()));
        }
    }

    private static int copyHostile(Path from, Path to) throws IOException {
        int replaced = 0;
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                Matcher text = FOR_PEOPLE.matcher(Files.readString(file));
                StringBuilder hostile = new StringBuilder();
                while (text.find()) {
                    String one = TEXTS.get(replaced++ % TEXTS.size());
                    // A JSON string is a YAML string.
                    text.appendReplacement(
                            hostile,
                            Matcher.quoteReplacement(text.group(1) + JSON.writeValueAsString(one)));
                }
                text.appendTail(hostile);
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, hostile);
            }
        }
        return replaced;
    }

    /** Each text as route, version, region and name of a failed request of the checkout. */
    private void sendHostile(URI traces) throws Exception {
        List<String> spans = new ArrayList<>();
        long nanos = Instant.now().toEpochMilli() * 1_000_000;
        for (String text : TEXTS) {
            String value = JSON.writeValueAsString(text);
            spans.add(
                    """
                    {"traceId":"%032x","spanId":"%016x","name":%s,"kind":2,
                     "startTimeUnixNano":"%d","endTimeUnixNano":"%d","status":{"code":2,"message":%s},
                     "attributes":[
                      {"key":"http.response.status_code","value":{"intValue":"500"}},
                      {"key":"shop.service","value":{"stringValue":"checkout"}},
                      {"key":"shop.side","value":{"stringValue":"legacy"}},
                      {"key":"http.route","value":{"stringValue":%s}},
                      {"key":"shop.upstream.version","value":{"stringValue":%s}},
                      {"key":"enduser.region","value":{"stringValue":%s}},
                      {"key":%s,"value":{"stringValue":%s}}]}"""
                            .formatted(
                                    spans.size() + 1,
                                    spans.size() + 1,
                                    value,
                                    nanos - 1_000_000,
                                    nanos,
                                    value,
                                    value,
                                    value,
                                    value,
                                    value,
                                    value));
        }
        String body =
                """
                {"resourceSpans":[{"resource":{"attributes":[
                  {"key":"service.name","value":{"stringValue":"strangler-proxy"}}]},
                  "scopeSpans":[{"spans":[%s]}]}]}"""
                        .formatted(String.join(",", spans));
        assertThat(post(traces, body).statusCode()).isEqualTo(200);
    }

    /** What callers say: reasons, versions, notes; at least some of each is taken. */
    private void operateHostile(URI api) throws Exception {
        Set<String> taken = new TreeSet<>();
        for (String text : TEXTS) {
            String value = JSON.writeValueAsString(text.substring(0, Math.min(200, text.length())));
            HttpResponse<String> deployed =
                    post(
                            api.resolve("/api/v1/deployments"),
                            "{\"service\":\"checkout\",\"version\":%s}".formatted(value));
            HttpResponse<String> silenced =
                    post(
                            api.resolve("/api/v1/silences"),
                            "{\"slo\":\"checkout-success\",\"until\":\"%s\",\"reason\":%s}"
                                    .formatted(Instant.now().plusSeconds(3600), value));
            HttpResponse<String> missed =
                    post(
                            api.resolve("/api/v1/incidents"),
                            "{\"slo\":\"checkout-success\",\"from\":\"%s\",\"to\":\"%s\",\"note\":%s}"
                                    .formatted(
                                            Instant.now().minusSeconds(600),
                                            Instant.now().minusSeconds(300),
                                            value));
            assertThat(List.of(deployed, silenced, missed))
                    .allSatisfy(answer -> assertThat(answer.statusCode()).isIn(201, 400));
            Stream.of(deployed, silenced, missed)
                    .filter(answer -> answer.statusCode() == 201)
                    .forEach(answer -> taken.add(answer.request().uri().getPath()));
        }
        assertThat(taken)
                .containsExactly("/api/v1/deployments", "/api/v1/incidents", "/api/v1/silences");
    }

    /** Every answer that the pages and the API's description lead to. */
    private TreeMap<String, HttpResponse<String>> crawl(URI api) throws Exception {
        TreeMap<String, HttpResponse<String>> answers = new TreeMap<>();
        Deque<String> open = new ArrayDeque<>(List.of("/"));
        Set<String> seen = new TreeSet<>(open);
        JSON.readTree(get(api, "/openapi.json").body())
                .path("paths")
                .fieldNames()
                .forEachRemaining(path -> addApi(path, open, seen));
        while (!open.isEmpty() && answers.size() < MOST_PAGES) {
            String path = open.poll();
            HttpResponse<String> answer = get(api, path);
            answers.put(path, answer);
            if (isHtml(answer)) {
                Matcher links = LINK.matcher(answer.body());
                while (links.find()) {
                    String link = links.group(1).replace("&amp;", "&").replace("&#39;", "'");
                    if (!link.startsWith("/assets/") && seen.add(link)) {
                        open.add(link);
                    }
                }
            }
        }
        return answers;
    }

    private static void addApi(String path, Deque<String> open, Set<String> seen) {
        String named =
                path.replaceFirst("(?<=/cutovers/)\\{\\w+}", "checkout")
                        .replaceFirst("(?<=/slos/)\\{\\w+}", "checkout-success")
                        .replaceFirst("(?<=/journeys/)\\{\\w+}", "purchase")
                        .replaceFirst("(?<=/migrations/)\\{\\w+}", "shopflow");
        // A stream has no end, and of what has no name here its pages tell.
        if (!named.contains("{") && !named.endsWith("/events") && seen.add(named)) {
            open.add(named);
        }
    }

    private static boolean isHtml(HttpResponse<String> answer) {
        return type(answer).startsWith("text/html");
    }

    private static String type(HttpResponse<String> answer) {
        return answer.headers().firstValue("Content-Type").orElse("");
    }

    private static void check(String path, HttpResponse<String> answer) {
        String type = type(answer);
        assertThat(answer.statusCode()).as(path).isLessThan(500);
        assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                .as(path)
                .hasValue("nosniff");
        if (type.startsWith("text/html")) {
            assertThat(answer.body()).as(path).doesNotContainPattern(MARKUP);
            assertThat(answer.body()).as(path).doesNotContain("49 49", " 49 ");
        } else if (type.startsWith("text/csv")) {
            for (String line : answer.body().split("\r\n")) {
                assertThat(line).as(path).doesNotContainPattern("(^|,)\"?[=+@\\t]");
            }
        } else if (type.startsWith("text/markdown")) {
            assertThat(answer.body()).as(path).doesNotContain("<img", "<script", "](");
        } else if (type.contains("json") && !type.contains("jsonl")) {
            assertThat(JSON).as(path).satisfies(json -> json.readTree(answer.body()));
        } else {
            assertThat(type).as(path).startsWith("text/plain");
        }
    }

    /** A browser takes its time, so it sees a few of those that one template writes. */
    private static List<String> ofEachKind(List<String> paths) {
        Map<String, Integer> seen = new HashMap<>();
        return paths.stream()
                .filter(path -> seen.merge(path.split("[/?]", 3)[1], 1, Integer::sum) <= 3)
                .toList();
    }

    private static void inABrowser(URI api, List<String> paths) {
        try (Playwright playwright = LiveUpdateTest.playwright();
                var browser = LiveUpdateTest.chromium(playwright);
                Page page = browser.newPage()) {
            List<String> heard = new ArrayList<>();
            page.onConsoleMessage(message -> heard.add(page.url() + ": " + message.text()));
            page.onPageError(error -> heard.add(page.url() + ": " + error));
            page.onDialog(
                    dialog -> {
                        heard.add(page.url() + ": " + dialog.message());
                        dialog.dismiss();
                    });
            for (String path : paths) {
                page.navigate(api.resolve(path).toString());
                heard.addAll(
                        ((List<?>)
                                        page.evaluate(
                                                """
                                                () => [
                                                  ...document.querySelectorAll('img[src=x], svg[onload], script:not([src])'),
                                                  ...[...document.querySelectorAll('a, form')].filter(
                                                      (e) => (e.href || e.action || '').startsWith('javascript:')),
                                                ].map((e) => location.pathname + ': ' + e.outerHTML.slice(0, 200))
                                                """))
                                .stream().map(Object::toString).toList());
            }
            assertThat(heard).isEmpty();
        }
    }

    private HttpResponse<String> get(URI api, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(api + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(URI to, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(to)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
