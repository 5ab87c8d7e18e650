package io.sluice.examples.automation;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sluice's gate API with answers that a test puts up; it notes what it was asked. */
final class FakeGate implements AutoCloseable {
    private final HttpServer server;
    private final Deque<Answer> decisions = new ArrayDeque<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private int runs;
    private int failingPosts;
    private double share;

    private record Answer(int status, String body) {}

    FakeGate() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The next decisions, about the run and share in force. */
    synchronized FakeGate says(String... next) {
        for (String decision : next) {
            decisions.add(new Answer(200, decision));
        }
        return this;
    }

    /** The next answer as it stands. */
    synchronized FakeGate answers(int status, String body) {
        decisions.add(new Answer(status, body));
        return this;
    }

    /** So many of the next POSTs get a 503. */
    synchronized FakeGate failsPosts(int times) {
        failingPosts = times;
        return this;
    }

    /** POSTs in order: path and body. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (path.endsWith("/decision")) {
                Answer next = decisions.size() > 1 ? decisions.poll() : decisions.peek();
                send(exchange, next.status(), expand(next.body()));
            } else if (failingPosts-- > 0) {
                send(exchange, 503, "{}");
            } else {
                calls.add(path + " " + body);
                if (path.endsWith("/steps")) {
                    share = Double.parseDouble(body.replaceAll(".*\"share\":([0-9.]+).*", "$1"));
                }
                runs += path.endsWith("/runs") ? 1 : 0;
                send(exchange, 201, "{\"run\":\"" + runs + "\"}");
            }
        }
    }

    private String expand(String answer) {
        return answer.startsWith("{")
                ? answer
                : """
                {"decision": "%s", "run": "%s", "step": {"candidateShare": %s},
                 "reasons": [{"code": "C", "metric": "errors", "text": "because"}],
                 "forecast": {"secondsAtCurrentTraffic": 40}}
                """
                        .formatted(answer, runs, share);
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
