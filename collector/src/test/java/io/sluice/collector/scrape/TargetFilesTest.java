package io.sluice.collector.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Prometheus's file discovery. */
class TargetFilesTest {

    private static final ScrapeTerms TERMS = ScrapeTerms.every(Duration.ofSeconds(15));

    @TempDir private Path folder;
    private final List<List<ScrapeTarget>> told = new ArrayList<>();

    private TargetFiles follow(int maxTargets, String... files) {
        ScrapeJob job =
                new ScrapeJob(
                        "shop",
                        List.of(),
                        List.of(files).stream().map(folder::resolve).toList(),
                        Map.of("team", "web"),
                        TERMS,
                        maxTargets);
        return new TargetFiles(List.of(job), told::add);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }

    private List<String> urls() {
        return told.getLast().stream().map(target -> target.url().toString()).toList();
    }

    @Test
    void yamlAndJson_areReadAsPrometheusReadsThem() throws IOException {
        write(
                "a.yml",
                """
                - targets: ['10.0.0.1:9100', "shop.example:9100"]
                  labels:
                    env: prod
                    job: node
                    __metrics_path__: /probe
                    __scheme__: https
                    __param_target: a b
                    __meta_rack: r1
                    __scrape_interval__: 5s
                - targets: []
                """);
        write(
                "b.json",
                "[\n\t{\n\t\t\"targets\": [\"[::1]:80\", \"bare\"],\n\t\t\"labels\": {\"team\": \"ops\"}\n\t}\n]\n");
        follow(10, "a.yml", "*.json").look();

        assertThat(told.getLast())
                .extracting(ScrapeTarget::job, ScrapeTarget::url, ScrapeTarget::attributes)
                .containsExactly(
                        tuple(
                                "node",
                                URI.create("https://10.0.0.1:9100/probe?target=a%20b"),
                                Map.of("team", "web", "env", "prod")),
                        tuple(
                                "node",
                                URI.create("https://shop.example:9100/probe?target=a%20b"),
                                Map.of("team", "web", "env", "prod")),
                        tuple("shop", URI.create("http://[::1]:80/metrics"), Map.of("team", "ops")),
                        tuple("shop", URI.create("http://bare/metrics"), Map.of("team", "ops")));
        assertThat(told.getLast().getFirst().terms().interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(told.getLast().getFirst().terms().timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(told.getLast().getLast().terms()).isEqualTo(TERMS);
    }

    @Test
    void aChangeIsFollowed_andOnlyAChangeIsTold() throws IOException {
        TargetFiles files = follow(10, "*.json");
        files.look();
        assertThat(told).containsExactly(List.of());
        write("a.json", "[{\"targets\": [\"a:1\"]}]");
        files.look();
        files.look();
        write("b.json", "[{\"targets\": [\"b:1\"]}]");
        files.look();
        Files.delete(folder.resolve("a.json"));
        files.look();

        assertThat(told).hasSize(4);
        assertThat(urls()).containsExactly("http://b:1/metrics");
    }

    @Test
    void aFileThatIsWrongKeepsItsLastTargets_andOthersAreFollowed() throws IOException {
        TargetFiles files = follow(10, "*.json");
        write("a.json", "[{\"targets\": [\"a:1\"]}]");
        files.look();
        for (String wrong :
                List.of(
                        "[{\"targets\": [\"a:1\"",
                        "{\"targets\": []}",
                        "[{\"target\": [\"a:1\"]}]",
                        "[{\"targets\": [\"a b\"]}]",
                        "[{\"targets\": [\"a\"], \"labels\": {\"__scheme__\": \"ftp\"}}]",
                        "[{\"targets\": [\"a\"], \"labels\": {\"__scrape_timeout__\": \"16s\"}}]",
                        "[{\"targets\": [\"a\"], \"labels\": {\"__scrape_interval__\": \"soon\"}}]")) {
            write("a.json", wrong);
            files.look();
            files.look();
            assertThat(files.badFiles()).as(wrong).isEqualTo(1);
            assertThat(urls()).containsExactly("http://a:1/metrics");
        }
        write("b.json", "[{\"targets\": [\"b:1\"]}]");
        files.look();
        assertThat(urls()).containsExactly("http://a:1/metrics", "http://b:1/metrics");
        write("a.json", "[]");
        files.look();
        assertThat(urls()).containsExactly("http://b:1/metrics");
        assertThat(files.badFiles()).isZero();
    }

    @Test
    void s13_targetsOverTheLimitAreRefusedFileByFile() throws IOException {
        TargetFiles files = follow(2, "*.json");
        write("a.json", "[{\"targets\": [\"a:1\"]}]");
        write("b.json", "[{\"targets\": [\"b:1\", \"b:2\"]}]");
        write("c.json", "[{\"targets\": [\"c:1\"]}]");
        files.look();

        assertThat(urls()).containsExactly("http://a:1/metrics", "http://c:1/metrics");
        assertThat(files.badFiles()).isEqualTo(1);
    }
}
