package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is asked, what is written, and the exit codes. */
final class ReportCommandTest {
    private final List<String> asked = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private int status = 200;

    @TempDir private Path folder;

    private final AnsweringServer server = new AnsweringServer(this::answer);

    private AnsweringServer.Answer answer(AnsweringServer.Asked question) {
        asked.add(question.uri().toString());
        return new AnsweringServer.Answer(
                status, status == 200 ? "# results\n" : "{\"detail\":\"there is no such\"}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int report(String... arguments) {
        List<String> all = new ArrayList<>(List.of("report", "--server", server.url()));
        all.addAll(List.of(arguments));
        return new CommandLine(new SluiceCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(new StringWriter()))
                .execute(all.toArray(String[]::new));
    }

    @Test
    void theTable_isMarkdownUnlessSaidOtherwise() throws IOException {
        assertThat(report()).isZero();
        assertThat(out.toString()).isEqualTo("# results\n");
        Path file = folder.resolve("results.csv");
        assertThat(
                        report(
                                "--format",
                                "csv",
                                "--table",
                                "shopflow",
                                "--before",
                                "2026-01-01T00:00:00Z/2026-01-08T00:00:00Z",
                                "--cutovers",
                                "cart,auth",
                                "--out",
                                file.toString()))
                .isZero();
        assertThat(file).content().isEqualTo("# results\n");
        assertThat(Files.list(folder)).hasSize(1);
        assertThat(asked)
                .containsExactly(
                        "/api/v1/results/markdown",
                        "/api/v1/results/csv?name=shopflow&before=2026-01-01T00%3A00%3A00Z%2F"
                                + "2026-01-08T00%3A00%3A00Z&cutovers=cart%2Cauth");
        assertThat(report("--format", "json")).isZero();
        assertThat(asked).last().isEqualTo("/api/v1/results");
    }

    @Test
    void whatIsRefused_unwritable_orAway_hasItsOwnCode() {
        assertThat(report("--out", folder.resolve("no/such/folder").toString())).isEqualTo(3);
        status = 404;
        assertThat(report("--table", "none")).isEqualTo(2);
        assertThat(report("--format", "pdf")).isEqualTo(2);
        status = 503;
        assertThat(report()).isEqualTo(4);
        server.close();
        assertThat(report()).isEqualTo(4);
    }
}
