package io.sluice.definitions.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.prometheus.PrometheusRules.Export;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What a Prometheus server is told to compute. */
class PrometheusRulesTest {
    private static final String EVENTS = "sluice_slo_events_total{slo=\"ok\",objective=\"0\"}";
    private static final String GOOD = "sluice_slo_good_events_total{slo=\"ok\",objective=\"0\"}";

    private static final String SHOP =
            """
            apiVersion: openslo/v1
            kind: Service
            metadata: {name: shop}
            spec: {}
            ---
            apiVersion: openslo/v1
            kind: SLI
            metadata: {name: errors}
            spec:
              ratioMetric:
                bad: {metricSource: {type: spans, spec: {service: shop, name: bad}}}
                total: {metricSource: {type: spans, spec: {service: shop}}}
            ---
            apiVersion: openslo/v1
            kind: SLI
            metadata: {name: load}
            spec: {thresholdMetric: {metricSource: {type: spans, spec: {service: shop, value: countPerMinute}}}}
            ---
            """;

    @Test
    void occurrences_areRatiosOfSluicesCounters() {
        Export export = rules("Occurrences", "30d, isRolling: true", "target: 0.999");
        assertThat(export.leftOut()).isEmpty();
        assertThat(lines(export.text()))
                .containsSubsequence(
                        "- record: \"slo:sli_ratio:rate1h\"",
                        "sum(increase(" + GOOD + "[1h]))",
                        "/",
                        "(sum(increase(" + EVENTS + "[1h])) > 0)")
                .contains("expr: '(1 - slo:sli_ratio:rate1h{slo=\"ok\",objective=\"0\"}) / 0.001'");
    }

    @Test
    void alerts_wantBothWindowsAndTheLeastNumberOfBadEvents() {
        Export export = rules("Occurrences", "30d, isRolling: true", "target: 0.999");
        assertThat(lines(export.text()))
                .containsSubsequence(
                        "- alert: SloErrorBudgetBurn",
                        "slo:burn_rate:rate1h{slo=\"ok\",objective=\"0\"} > 14.4",
                        "and",
                        "slo:burn_rate:rate5m{slo=\"ok\",objective=\"0\"} > 14.4",
                        "and",
                        "slo:bad_events:increase1h{slo=\"ok\",objective=\"0\"} >= 5",
                        "severity: page",
                        "condition: page-fast");
    }

    @Test
    void slices_areRecordedAsTheyEnd_andAveraged() {
        Export export =
                rules(
                        "Timeslices",
                        "7d, isRolling: true",
                        "target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 2m");
        assertThat(lines(export.text()))
                .containsSubsequence(
                        "- name: sluice-ok-slices-0",
                        "interval: 2m",
                        "(sum(increase(" + GOOD + "[2m]))",
                        "(sum(increase(" + EVENTS + "[2m])) > 0))",
                        ">= bool 0.95")
                .contains(
                        "expr: '1 - (1 - (avg_over_time(slo:slice_good:ratio"
                                + "{slo=\"ok\",objective=\"0\"}[7d]))) / 0.01'");
    }

    @Test
    void ratioSlices_keepTheirRatio() {
        Export export =
                rules(
                        "RatioTimeslices",
                        "7d, isRolling: true",
                        "target: 0.99, timeSliceWindow: 1m");
        assertThat(export.text()).doesNotContain("bool");
    }

    @Test
    void aCountPerMinute_isComparedOverTheWholeSlice() {
        Export export =
                export(
                        slo(
                                "load",
                                "Timeslices",
                                "7d, isRolling: true",
                                "op: gte, value: 500, target: 0.99, timeSliceTarget: 1,"
                                        + " timeSliceWindow: 5m"));
        assertThat(lines(export.text()))
                .containsSubsequence(
                        "sum(increase(" + EVENTS + "[5m])) >= bool 2500",
                        "and",
                        "sum(" + EVENTS + " offset 5m)");
    }

    @Test
    void aCalendarWindowsBudget_isLeftOutAndNamed() {
        Export export =
                rules(
                        "Occurrences",
                        "1M, isRolling: false, calendar: {startTime: 2026-01-01 00:00:00,"
                                + " timeZone: UTC}",
                        "target: 0.999");
        assertThat(export.leftOut())
                .containsExactly("SLO ok: the budget: PromQL has no window that begins at a date");
        assertThat(export.text())
                .contains("# Left out: SLO ok: the budget")
                .doesNotContain("slo:error_budget_remaining:ratio");
    }

    @Test
    void aDescription_isNoTemplate() {
        Export export =
                export(
                        slo("errors", "Occurrences", "30d, isRolling: true", "target: 0.999")
                                .replace("spec:", "spec:\n  description: 'Be {{ good }}'"));
        assertThat(export.text()).contains("Be {{ \"{{\" }} good }}");
    }

    @Test
    void nothing_isNoRules() {
        assertThat(PrometheusRules.of(DefinitionSet.EMPTY).text()).endsWith("groups: []\n");
    }

    @Test
    void everyRule_hasWellFormedParentheses() {
        Export export =
                rules(
                        "Timeslices",
                        "7d, isRolling: true",
                        "target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 2m");
        for (char[] pair : new char[][] {{'(', ')'}, {'[', ']'}, {'{', '}'}}) {
            assertThat(export.text().chars().filter(c -> c == pair[0]).count())
                    .isPositive()
                    .isEqualTo(export.text().chars().filter(c -> c == pair[1]).count());
        }
    }

    /** Only where promtool is on the path: Prometheus' own word on what was written. */
    @Test
    void promtool_acceptsTheRules(@TempDir Path folder) throws Exception {
        assumeTrue(isInstalled("promtool"), "promtool is not installed");
        Path file = folder.resolve("rules.yaml");
        Files.writeString(
                file,
                PrometheusRules.of(
                                new DefinitionLoader()
                                        .load(List.of(Path.of("shopflow")))
                                        .definitions()
                                        .orElseThrow())
                        .text());
        Process promtool =
                new ProcessBuilder("promtool", "check", "rules", file.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(said).isZero();
    }

    private static boolean isInstalled(String program) {
        return Pattern.compile(java.io.File.pathSeparator)
                .splitAsStream(System.getenv("PATH"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static Export rules(String method, String window, String objective) {
        return export(slo("errors", method, window, objective));
    }

    private static String slo(String sli, String method, String window, String objective) {
        return """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: ok, labels: {tier: service}}
        spec:
          service: shop
          indicatorRef: %s
          budgetingMethod: %s
          timeWindow: [{duration: %s}]
          objectives: [{%s}]
        """
                .formatted(sli, method, window, objective);
    }

    private static Export export(String slo) {
        return PrometheusRules.of(
                new DefinitionLoader()
                        .loadSources(List.of(new SourceFile("a.yaml", SHOP + slo)))
                        .definitions()
                        .orElseThrow());
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).toList();
    }
}
