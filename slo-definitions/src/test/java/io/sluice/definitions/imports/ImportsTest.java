package io.sluice.definitions.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.OpenSloExport;
import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.AlertPolicy.Severity;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Indicator.Polarity;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.model.Tier;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.definitions.prometheus.PrometheusRules;
import io.sluice.definitions.yaml.Problem;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** What files of Sloth and Pyrra mean here. */
class ImportsTest {
    private static final String SLOTH =
            """
            version: prometheus/v1
            service: till
            labels: {team: money, tier: business, generated: true}
            slos:
              - name: availability
                objective: 99.95
                description: Nobody pays without it.
                labels: {team: cash}
                sli:
                  events:
                    error_query: sum(rate(requests_total{code=~"5.."}[{{.window}}]))
                    total_query: sum(rate(requests_total[{{.window}}]))
                alerting: {name: TillBurns}
            """;

    private static final String SLOTH_RESOURCE =
            """
            apiVersion: sloth.slok.dev/v1
            kind: PrometheusServiceLevel
            metadata: {name: any, namespace: shop, labels: {release: prom}, uid: 7f}
            spec:
              service: till
              labels: {team: money, tier: business, generated: true}
              slos:
                - name: availability
                  objective: 99.95
                  description: Nobody pays without it.
                  labels: {team: cash}
                  sli:
                    events:
                      errorQuery: sum(rate(requests_total{code=~"5.."}[{{.window}}]))
                      totalQuery: sum(rate(requests_total[{{.window}}]))
                  alerting: {name: TillBurns}
            status: {processedSLOs: 1}
            """;

    private static final String PYRRA =
            """
            apiVersion: pyrra.dev/v1alpha1
            kind: ServiceLevelObjective
            metadata:
              name: till-errors
              namespace: shop
              labels: {release: prom, pyrra.dev/service: till, pyrra.dev/tier: business}
            spec:
              target: "99.5"
              window: 4w
              indicator:
                ratio:
                  errors: {metric: 'requests_total{code=~"5.."}'}
                  total: {metric: requests_total}
            """;

    private static Loaded load(String... texts) {
        return new DefinitionLoader()
                .loadSources(
                        IntStream.range(0, texts.length)
                                .mapToObj(i -> new SourceFile(i + ".yaml", texts[i]))
                                .toList());
    }

    private static DefinitionSet set(String... texts) {
        Loaded loaded = load(texts);
        assertThat(loaded.problems())
                .filteredOn(p -> p.severity() == Problem.Severity.ERROR)
                .isEmpty();
        return loaded.definitions().orElseThrow();
    }

    private static Slo slo(String text) {
        Map<String, Slo> slos = set(text).slos();
        assertThat(slos).hasSize(1);
        return slos.values().iterator().next();
    }

    private static EventSource prometheus(String query) {
        return new EventSource.Prometheus(Optional.empty(), query);
    }

    private static List<AlertCondition> conditions(Slo slo) {
        return slo.alertPolicies().stream().flatMap(p -> p.conditions().stream()).toList();
    }

    @Test
    void aSlothFile_saysWhatTheSameResourceSays() {
        assertThat(load(SLOTH).problems()).isEmpty();
        assertThat(load(SLOTH_RESOURCE).problems()).isEmpty();
        assertThat(slo(SLOTH_RESOURCE)).isEqualTo(slo(SLOTH));
    }

    @Test
    void slothsSums_becomeCounters() {
        Slo slo = slo(SLOTH);
        assertThat(slo.name()).isEqualTo("till-availability");
        assertThat(slo.metadata().displayName()).isEqualTo("availability");
        assertThat(slo.metadata().labels())
                .containsOnly(
                        Map.entry("team", List.of("cash")),
                        Map.entry("tier", List.of("business")),
                        Map.entry("generated", List.of("true")));
        assertThat(slo.description()).isEqualTo("Nobody pays without it.");
        assertThat(slo.service()).isEqualTo("till");
        assertThat(slo.tier()).isEqualTo(Tier.BUSINESS);
        assertThat(slo.method()).isEqualTo(BudgetingMethod.OCCURRENCES);
        assertThat(slo.window()).isEqualTo(new TimeWindow.Rolling(Duration.ofDays(30)));
        assertThat(slo.objectives().getFirst().target()).isEqualTo(new BigDecimal("0.9995"));
        assertThat(slo.objectives().getFirst().indicator())
                .isEqualTo(
                        new Indicator.Ratio(
                                Polarity.BAD,
                                prometheus("requests_total{code=~\"5..\"}"),
                                prometheus("requests_total"),
                                true));
    }

    @Test
    void slothsAlerts_areTheWorkbooksPairs() {
        assertThat(conditions(slo(SLOTH)))
                .extracting(
                        AlertCondition::severity,
                        AlertCondition::threshold,
                        AlertCondition::longWindow,
                        AlertCondition::shortWindow,
                        AlertCondition::minimumBadEvents)
                .containsExactly(
                        tuple(Severity.PAGE, 14.4, hours(1), Duration.ofMinutes(5), 0L),
                        tuple(Severity.PAGE, 6.0, hours(6), Duration.ofMinutes(30), 0L),
                        tuple(Severity.TICKET, 3.0, hours(24), hours(2), 0L),
                        tuple(Severity.TICKET, 1.0, hours(72), hours(6), 0L));
    }

    private static Duration hours(long hours) {
        return Duration.ofHours(hours);
    }

    @Test
    void disabledAlerts_areNone() {
        String alerting = "{page_alert: {disable: true}, ticket_alert: {disable: true}}";
        Loaded loaded = load(SLOTH.replace("{name: TillBurns}", alerting));
        assertThat(loaded.problems()).isEmpty();
        assertThat(
                        loaded.definitions()
                                .orElseThrow()
                                .slos()
                                .get("till-availability")
                                .alertPolicies())
                .isEmpty();
    }

    @Test
    void anAlertThatNeverFires_isLeftOutAndNamed() {
        Loaded loaded = load(SLOTH.replace("99.95", "90"));
        assertThat(loaded.problems())
                .extracting(Problem::message)
                .singleElement()
                .asString()
                .contains("page-quick", "14.4");
        assertThat(conditions(loaded.definitions().orElseThrow().slos().get("till-availability")))
                .extracting(AlertCondition::name)
                .containsExactly("page-slow", "ticket-quick", "ticket-slow");
    }

    @Test
    void aRateAndACounter_areNeverDividedByEachOther() {
        String difference =
                "sum(rate(requests_count[{{.window}}])) - sum(rate(requests_bucket[{{.window}}]))";
        Loaded loaded =
                load(
                        SLOTH.replace(
                                "sum(rate(requests_total{code=~\"5..\"}[{{.window}}]))",
                                difference));
        assertThat(loaded.problems())
                .extracting(Problem::severity, Problem::line, Problem::column)
                .containsExactly(tuple(Problem.Severity.NOTE, 11, 9));
        DefinitionSet set = loaded.definitions().orElseThrow();
        assertThat(set.slos().get("till-availability").objectives().getFirst().indicator())
                .isEqualTo(
                        new Indicator.Ratio(
                                Polarity.BAD,
                                prometheus(difference),
                                prometheus("sum(rate(requests_total[{{.window}}]))"),
                                false));
        assertThat(PrometheusRules.of(set).text())
                .contains("sum(rate(requests_total[1h]))")
                .doesNotContain("{{.window}}", "increase(requests_total[1h])");
    }

    @Test
    void aRawRatio_isAShareOfBadEvents() {
        String raw =
                SLOTH.replaceFirst(
                        "(?s)events:.*?alerting",
                        "raw: {error_ratio_query: '1 - avg_over_time(up[{{.window}}])'}\n    alerting");
        assertThat(slo(raw).objectives().getFirst().indicator())
                .isEqualTo(
                        new Indicator.Raw(
                                Polarity.BAD,
                                prometheus("1 - avg_over_time(up[{{.window}}])"),
                                false));
    }

    @Test
    void servicesAreImplied_unlessAnObjectDeclaresThem() {
        String declared =
                """
                apiVersion: openslo/v1
                kind: Service
                metadata: {name: till, displayName: The till}
                spec: {}
                """;
        assertThat(set(SLOTH, SLOTH.replace("availability", "latency")).services())
                .containsOnlyKeys("till");
        assertThat(set(SLOTH, declared).services().get("till").metadata().displayName())
                .isEqualTo("The till");
    }

    @Test
    void importedObjects_canBeReferredTo() {
        String exclusion =
                """
                apiVersion: sluice.dev/v1
                kind: Exclusion
                metadata: {name: move}
                spec:
                  reason: The till moves.
                  appliesTo: {slos: [till-availability, till-errors], services: [till]}
                  once: {start: 2026-01-01T00:00:00Z, end: 2026-01-01T01:00:00Z}
                """;
        assertThat(set(exclusion, SLOTH, PYRRA).exclusions().get("move").appliesTo().slos())
                .containsExactlyInAnyOrder("till-availability", "till-errors");
    }

    @Test
    void oneNameTwice_isAnErrorAtTheSecond() {
        assertThat(load(SLOTH, SLOTH_RESOURCE).problems())
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.message()).contains("a second SLO", "0.yaml:5:11");
                            assertThat(problem.file()).isEqualTo("1.yaml");
                            assertThat(problem.path()).isEqualTo("spec.slos[0].name");
                        });
    }

    @Test
    void aLongName_isShortenedAndStaysTellable() {
        String name = "a".repeat(60);
        DefinitionSet set =
                set(
                        SLOTH.replace("availability", name + "-one"),
                        SLOTH.replace("availability", name + "-two"));
        assertThat(set.slos()).hasSize(2);
        assertThat(set.slos().keySet()).allSatisfy(n -> assertThat(n).hasSize(63));
    }

    @Test
    void aLongDescription_isCutAndNoted() {
        Loaded loaded = load(SLOTH.replace("Nobody", "N".repeat(1100)));
        assertThat(loaded.problems())
                .extracting(Problem::severity, Problem::line, Problem::column)
                .containsExactly(tuple(Problem.Severity.NOTE, 7, 5));
        DefinitionSet set = loaded.definitions().orElseThrow();
        assertThat(set.slos().get("till-availability").description()).hasSize(1050);
        assertThat(load(OpenSloExport.of(set).text()).valid()).isTrue();
    }

    @Test
    void pyrrasSelectors_areCounters() {
        assertThat(load(PYRRA).problems()).isEmpty();
        Slo slo = slo(PYRRA);
        assertThat(slo.name()).isEqualTo("till-errors");
        assertThat(slo.service()).isEqualTo("till");
        assertThat(slo.tier()).isEqualTo(Tier.BUSINESS);
        assertThat(slo.metadata().labels()).containsOnlyKeys("service", "tier");
        assertThat(slo.window()).isEqualTo(new TimeWindow.Rolling(Duration.ofDays(28)));
        assertThat(slo.objectives().getFirst().target()).isEqualTo(new BigDecimal("0.995"));
        assertThat(slo.objectives().getFirst().indicator())
                .isEqualTo(
                        new Indicator.Ratio(
                                Polarity.BAD,
                                prometheus("requests_total{code=~\"5..\"}"),
                                prometheus("requests_total"),
                                true));
    }

    /** Pyrra's own rounding, worked out by hand for a month of 28 days and for a week. */
    @ParameterizedTest
    @CsvSource({
        "4w, PT1H, PT5M, PT2M, PT96H, PT6H, PT3H",
        "30d, PT64M, PT5M, PT2M, PT102H51M, PT6H26M, PT3H13M",
        "1w, PT15M, PT1M, PT1M, PT24H, PT1H30M, PT45M",
        "1d, PT2M, PT1M, PT0M, PT3H26M, PT13M, PT6M",
    })
    void pyrrasWindows_areSharesOfTheObjectives(
            String window,
            Duration fastLong,
            Duration fastShort,
            Duration fastAfter,
            Duration slowLong,
            Duration slowShort,
            Duration slowAfter) {
        List<AlertCondition> conditions = conditions(slo(PYRRA.replace("4w", window)));
        assertThat(conditions)
                .extracting(AlertCondition::threshold, AlertCondition::severity)
                .containsExactly(
                        tuple(14.0, Severity.PAGE),
                        tuple(7.0, Severity.PAGE),
                        tuple(2.0, Severity.TICKET),
                        tuple(1.0, Severity.TICKET));
        assertThat(List.of(conditions.getFirst(), conditions.getLast()))
                .extracting(
                        AlertCondition::longWindow,
                        AlertCondition::shortWindow,
                        AlertCondition::alertAfter)
                .containsExactly(
                        tuple(fastLong, fastShort, fastAfter),
                        tuple(slowLong, slowShort, slowAfter));
    }

    @Test
    void pyrrasAlerting_isHeeded() {
        AlertPolicy usual = slo(PYRRA).alertPolicies().getFirst();
        assertThat(usual.alertWhenBreaching()).isTrue();
        assertThat(usual.alertWhenNoData()).isTrue();

        AlertPolicy absence =
                slo(PYRRA + "  alerting: {burnrates: false}\n").alertPolicies().getFirst();
        assertThat(absence.alertWhenBreaching()).isFalse();
        assertThat(absence.alertWhenNoData()).isTrue();

        assertThat(slo(PYRRA + "  alerting: {disabled: true}\n").alertPolicies()).isEmpty();
        assertThat(
                        conditions(
                                slo(
                                        PYRRA
                                                + "  alerting: {severities: {fastBurn: warning,"
                                                + " longTermBurn: critical}}\n")))
                .extracting(AlertCondition::severity)
                .containsExactly(Severity.TICKET, Severity.PAGE, Severity.TICKET, Severity.PAGE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '^',
            textBlock =
                    """
                    latency: {success: {metric: 'x_bucket{le="1"}'}, total: {metric: x_count}} ; sum(increase(x_bucket{le="1"}[1h]))
                    latencyNative: {latency: 250ms, total: {metric: x}} ; histogram_fraction(0, 0.25, sum(rate(x[1h]))) * histogram_count(sum(rate(x[1h])))
                    bool_gauge: {metric: up} ; (sum(sum(sum_over_time(up[1h]))) or vector(0))
                    """)
    void everyIndicator_isExported(String indicator, String expected) {
        DefinitionSet set = set(PYRRA.replaceFirst("(?s)ratio:.*", indicator + "\n"));
        assertThat(PrometheusRules.of(set).text()).contains(expected);
    }

    @Test
    void withoutALabel_theNamespaceOrTheNameIsTheService() {
        Loaded loaded = load(PYRRA.replace("pyrra.dev/service: till, ", ""));
        assertThat(loaded.problems())
                .extracting(Problem::severity, Problem::line, Problem::column)
                .containsExactly(tuple(Problem.Severity.NOTE, 4, 9));
        assertThat(loaded.definitions().orElseThrow().services()).containsOnlyKeys("shop");
        assertThat(
                        set(PYRRA.replace("pyrra.dev/service: till, ", "")
                                        .replace("  namespace: shop\n", ""))
                                .services())
                .containsOnlyKeys("till-errors");
    }

    @Test
    void exportedToOpenSlo_theObjectivesStayAndTheAlertsAreNamed() {
        DefinitionSet set = set(SLOTH, PYRRA);
        OpenSloExport.Export export = OpenSloExport.of(set);
        assertThat(export.leftOut())
                .containsExactlyInAnyOrder(
                        "SLO till-availability: its alerts, since OpenSLO's need a notification"
                                + " target",
                        "SLO till-errors: its alerts, since OpenSLO's need a notification target");
        DefinitionSet again = set(export.text());
        assertThat(again.services()).isEqualTo(set.services());
        assertThat(again.slos().values())
                .extracting(Slo::metadata, Slo::objectives, Slo::window)
                .containsExactlyElementsOf(
                        set.slos().values().stream()
                                .map(s -> tuple(s.metadata(), s.objectives(), s.window()))
                                .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '^',
            textBlock =
                    """
                    prometheus/v1 ; prometheus/v2 ; 1:10
                    service: till ; service: '' ; 2:10
                    service: till ; x: till ; 1:1
                    objective: 99.95 ; objective: 100 ; 6:16
                    objective: 99.95 ; objective: 0 ; 6:16
                    objective: 99.95 ; objectiv: 99.95 ; 6:5
                    name: availability ; name: 'a b' ; 5:11
                    sum(rate(requests_total[{{.window}}])) ; sum(rate(requests_total[5m])) ; 12:22
                    ' total_query' ; ' totalquery' ; 12:9
                    events: ; plugins: ; 10:7
                    """)
    void whatSlothRefuses_isRefusedWhereItIs(String right, String wrong, String place) {
        assertThat(errors(SLOTH.replace(unquoted(right), unquoted(wrong)))).contains(place);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '^',
            textBlock =
                    """
                    kind: ServiceLevelObjective ; kind: SLO ; 2:7
                    target: "99.5" ; target: 99.5 ; 8:11
                    target: "99.5" ; target: "100" ; 8:11
                    target: "99.5" ; target: "much" ; 8:11
                    window: 4w ; window: 4M ; 9:11
                    window: 4w ; windw: 4w ; 9:3
                    window: 4w ; window: 90s ; 9:11
                    metric: requests_total ; metric: sum(requests_total) ; 13:23
                    ratio: ; ratios: ; 11:5
                    """)
    void whatPyrraRefuses_isRefusedWhereItIs(String right, String wrong, String place) {
        assertThat(errors(PYRRA.replace(right, wrong))).contains(place);
    }

    private static String unquoted(String text) {
        return text.startsWith("'") ? text.substring(1, text.length() - 1) : text;
    }

    private static List<String> errors(String text) {
        return load(text).problems().stream()
                .filter(p -> p.severity() == Problem.Severity.ERROR)
                .map(p -> p.line() + ":" + p.column())
                .toList();
    }
}
