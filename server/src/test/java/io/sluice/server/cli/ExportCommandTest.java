package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a pipeline gets from an export: a file, what it does not say, and an exit code. */
final class ExportCommandTest {
    private static final String SLO =
            """
            apiVersion: openslo/v1
            kind: Service
            metadata: {name: shop}
            spec: {}
            ---
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: ok, labels: {tier: service}}
            spec:
              service: shop
              indicator:
                metadata: {name: ok}
                spec:
                  ratioMetric:
                    bad: {metricSource: {type: spans, spec: {service: shop, name: bad}}}
                    total: {metricSource: {type: spans, spec: {service: shop}}}
              budgetingMethod: Occurrences
              timeWindow: [{duration: 30d, isRolling: true}]
              objectives: [{target: 0.999}]
            """;

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("ok.yaml"), SLO);
        Files.writeString(folder.resolve("wrong.yaml"), SLO.replace("target:", "tarket:"));
    }

    @Test
    void rules_goToStandardOutput() {
        assertThat(export("prometheus", folder.resolve("ok.yaml").toString())).isZero();
        assertThat(out.toString()).contains("groups:", "- alert: SloErrorBudgetBurn");
    }

    @Test
    void rules_goToAFile() throws IOException {
        Path rules = folder.resolve("rules.txt");
        assertThat(
                        export(
                                "prometheus",
                                "--out",
                                rules.toString(),
                                folder.resolve("ok.yaml").toString()))
                .isZero();
        assertThat(rules).content().contains("groups:");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void openSlo_namesWhatItLeavesOut() {
        assertThat(export("openslo", folder.resolve("ok.yaml").toString())).isZero();
        assertThat(out.toString()).contains("kind: SLO");
        assertThat(err.toString()).contains("left out: SLO ok: the default alerts");
    }

    @Test
    void problems_areOne_andNothingIsWritten() {
        assertThat(export("prometheus", folder.resolve("wrong.yaml").toString())).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("wrong.yaml:19:", "did you mean `target`?");
    }

    @Test
    void noFormat_noFile_andAWrongFolder_areUsageErrors() {
        assertThat(export()).isEqualTo(2);
        assertThat(export("prometheus")).isEqualTo(2);
        assertThat(export("prometheus", folder.resolve("nothing").toString())).isEqualTo(2);
        assertThat(
                        export(
                                "prometheus",
                                "--out",
                                folder.resolve("no/such/folder").toString(),
                                folder.resolve("ok.yaml").toString()))
                .isEqualTo(2);
    }

    private int export(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "export";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return new CommandLine(new SluiceCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all);
    }
}
