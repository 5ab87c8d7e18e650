package io.sluice.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

final class ConfigReaderTest {

    @Test
    void emptyFile_isTheDefault() {
        assertThat(ConfigReader.read("sluice.yaml", "").config()).contains(ServerConfig.DEFAULT);
    }

    @Test
    void defaults_listenOnLoopbackOnly() {
        assertThat(ServerConfig.DEFAULT.listen())
                .isEqualTo(new ServerConfig.Listen("127.0.0.1", 8080, 4318, 4317, 8125));
        assertThat(ServerConfig.DEFAULT.scrape()).isEmpty();
        assertThat(ServerConfig.DEFAULT.backfillSources()).isEmpty();
        assertThat(ServerConfig.DEFAULT.webhooks()).isEmpty();
    }

    @Test
    void everyKey_isRead() {
        ServerConfig config =
                ConfigReader.read(
                                "sluice.yaml",
                                """
                                listen: {host: 0.0.0.0, api: 0, otlpHttp: 1, otlpGrpc: 2, dogstatsd: 3}
                                scrape:
                                  - {job: monolith, url: "http://127.0.0.1:9180/metrics", interval: 5s, attributes: {service.name: monolith}}
                                sources:
                                  - {name: history, backfill: true}
                                  - {name: ordinary}
                                webhooks:
                                  - {name: oncall, url: "http://127.0.0.1:9199/alerts"}
                                """)
                        .config()
                        .orElseThrow();
        assertThat(config.listen()).isEqualTo(new ServerConfig.Listen("0.0.0.0", 0, 1, 2, 3));
        assertThat(config.backfillSources()).isEqualTo(Set.of("history"));
        assertThat(config.webhooks())
                .containsExactly(
                        new ServerConfig.Webhook(
                                "oncall", URI.create("http://127.0.0.1:9199/alerts")));
        assertThat(config.scrape())
                .singleElement()
                .satisfies(
                        target -> {
                            assertThat(target.job()).isEqualTo("monolith");
                            assertThat(target.interval()).isEqualTo(Duration.ofSeconds(5));
                            assertThat(target.attributes())
                                    .isEqualTo(Map.of("service.name", "monolith"));
                        });
    }

    @Test
    void everyProblem_isToldAtItsPlace() {
        ConfigReader.Read read =
                ConfigReader.read(
                        "sluice.yaml",
                        """
                        listen: {api: 70000, otlpHtp: 4318}
                        scrape:
                          - {url: "ftp://somewhere/metrics"}
                        webhooks:
                          - {name: oncall, url: nowhere}
                        """);
        assertThat(read.config()).isEmpty();
        assertThat(read.problems())
                .extracting(p -> p.line() + ":" + p.column())
                .contains("1:15", "1:22", "3:11", "5:25");
        assertThat(read.problems().toString()).contains("otlpHttp").contains("`job` is missing");
    }
}
