package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the overview of a thousand objectives sends, and how much work its readers make. */
final class PageWeightTest {
    private static final int OBJECTIVES = 1_000;
    private static final long MAX_BYTES = 250_000;

    @Test
    void overviewOfAThousandObjectives_weighsLessThan250kB_withAllThatItLoads() throws Exception {
        try (Dashboard dashboard = Dashboard.of(FakeEngine.large(OBJECTIVES - 18));
                HttpClient client = HttpClient.newHttpClient()) {
            String html = dashboard.get("/").body();
            assertThat(html.split("<tr data-key=")).hasSize(OBJECTIVES + 1);

            long bytes = sent(client, dashboard.url("/"));
            Matcher assets = Pattern.compile("\"(/assets/[^\"]+)\"").matcher(html);
            for (String asset : assets.results().map(a -> a.group(1)).distinct().toList()) {
                bytes += sent(client, dashboard.url(asset));
            }
            assertThat(bytes).isLessThan(MAX_BYTES);
        }
    }

    @Test
    void readersOfTheSameMoment_shareOneEvaluation() {
        FakeEngine engine = FakeEngine.large(50);
        try (Dashboard dashboard = Dashboard.of(engine)) {
            for (int reader = 0; reader < 20; reader++) {
                dashboard.get(reader % 2 == 0 ? "/" : "/?tier=service");
            }
            assertThat(engine.evaluations()).isEqualTo(1);

            engine.changed();
            dashboard.get("/");
            dashboard.get("/");
            assertThat(engine.evaluations()).isEqualTo(2);
        }
    }

    @Test
    void otherPages_evaluateOnlyWhatTheyShow() {
        FakeEngine engine = FakeEngine.large(50);
        try (Dashboard dashboard = Dashboard.of(engine)) {
            dashboard.get("/slos/checkout-success");
            dashboard.get("/cutovers/cart");
            dashboard.get("/journeys");
            dashboard.get("/incidents/open");
            assertThat(engine.evaluations()).isZero();
        }
    }

    /** As a browser asks; headers of an answer are not counted. */
    private static long sent(HttpClient client, String url)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                client.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("Accept-Encoding", "gzip")
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body().length;
    }
}
