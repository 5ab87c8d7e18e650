package io.sluice.dashboard.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** The stream as a browser reads it. */
final class LiveUpdatesTest {
    @Test
    void change_isTold_andCloseEndsTheStream() throws Exception {
        FakeEngine engine = FakeEngine.shopFlow();
        try (HttpClient client = HttpClient.newHttpClient()) {
            BufferedReader lines;
            try (Dashboard dashboard = Dashboard.of(engine)) {
                HttpResponse<java.io.InputStream> stream =
                        client.send(
                                HttpRequest.newBuilder(URI.create(dashboard.url("/live"))).build(),
                                HttpResponse.BodyHandlers.ofInputStream());
                lines =
                        new BufferedReader(
                                new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
                assertThat(stream.headers().firstValue("Content-Type"))
                        .hasValueSatisfying(
                                type -> assertThat(type).startsWith("text/event-stream"));
                assertThat(lines.readLine()).isEqualTo(":");
                assertThat(lines.readLine()).isEmpty();

                engine.changed();

                assertThat(lines.readLine()).isEqualTo("event: change");
            }
            assertThat(rest(lines)).isEqualTo("data:\n\n");
        }
    }

    private static String rest(BufferedReader lines) {
        StringBuilder rest = new StringBuilder();
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                rest.append(line).append('\n');
            }
        } catch (IOException e) {
            // The server may also cut the stream: it has ended either way.
        }
        return rest.toString();
    }
}
