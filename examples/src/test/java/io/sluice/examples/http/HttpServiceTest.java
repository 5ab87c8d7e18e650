package io.sluice.examples.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

class HttpServiceTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Test
    void requestsAndAnswers_arriveWhole() throws IOException {
        Handler echo =
                request ->
                        new Response(
                                201,
                                Map.of("x-echo", request.header("x-word").orElse("")),
                                request.method()
                                        + request.path()
                                        + request.parameter("a").orElse("")
                                        + request.body());
        try (HttpService service = HttpService.start("echo", echo);
                HttpCaller caller = new HttpCaller(service.port(), TIMEOUT)) {
            String body = "ä".repeat(20_000);
            for (int i = 0; i < 3; i++) {
                Response response =
                        caller.call(
                                new Request("PUT", "/p?b=1&a=x%20y", Map.of("x-word", "w"), body));
                assertThat(response.status()).isEqualTo(201);
                assertThat(response.header("x-echo")).contains("w");
                assertThat(response.body()).isEqualTo("PUT/px y" + body);
            }
        }
    }

    @Test
    void ordinaryClients_areUnderstood() throws Exception {
        try (HttpService service = HttpService.start("plain", r -> Response.text(200, r.body()));
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(service.uri().resolve("/any"))
                            .POST(HttpRequest.BodyPublishers.ofString("hello"))
                            .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
                    .isEqualTo("hello");
        }
    }

    @Test
    void handlersException_is500_andTheConnectionGoesOn() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        Handler flaky =
                request -> {
                    if (calls.getAndIncrement() == 0) {
                        throw new IllegalStateException("boom");
                    }
                    return Response.text(200, "fine");
                };
        try (HttpService service = HttpService.start("flaky", flaky);
                HttpCaller caller = new HttpCaller(service.port(), TIMEOUT)) {
            Request request = Request.of("GET", "/", Map.of());
            assertThat(caller.call(request).status()).isEqualTo(500);
            assertThat(caller.call(request).body()).isEqualTo("fine");
        }
    }

    @Test
    void stoppedServer_isAnException() {
        HttpService service = HttpService.start("gone", request -> Response.text(200, ""));
        service.close();
        try (HttpCaller caller = new HttpCaller(service.port(), TIMEOUT)) {
            assertThatThrownBy(() -> caller.call(Request.of("GET", "/", Map.of())))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void chunkedBody_endsTheConnection() throws Exception {
        try (HttpService service = HttpService.start("strict", r -> Response.text(200, ""));
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(service.uri() + "/"))
                            .version(HttpClient.Version.HTTP_1_1)
                            .POST(
                                    HttpRequest.BodyPublishers.ofInputStream(
                                            () -> new java.io.ByteArrayInputStream(new byte[10])))
                            .build();
            assertThatThrownBy(() -> client.send(request, HttpResponse.BodyHandlers.discarding()))
                    .isInstanceOf(IOException.class);
        }
    }
}
