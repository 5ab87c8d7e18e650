package io.sluice.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tier;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.fold.Exemplars;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.slo.History;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.store.InMemoryStore;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A composite's alerts are about the one budget that its parts share. */
class CompositeAlertsTest {
    private static final long T = 1_800_000_000L;
    private static final String KEY = "purchase/shared/page/page";

    private final SeriesTable series = new SeriesTable();
    private final InMemoryStore store = new InMemoryStore();

    private static MeasurePlan plan(String searchWeight, AlertPolicy policy) {
        Objective cart = TestDefinitions.errors("cart", "0.999");
        Objective search = TestDefinitions.errors("search", "0.99");
        Slo slo =
                new Slo(
                        TestDefinitions.named("purchase"),
                        "",
                        "shop",
                        Tier.OPERATIONAL,
                        BudgetingMethod.OCCURRENCES,
                        TestDefinitions.rolling(28),
                        true,
                        List.of(
                                cart,
                                new Objective(
                                        search.displayName(),
                                        search.sli(),
                                        search.indicator(),
                                        search.threshold(),
                                        search.target(),
                                        search.timeSliceTarget(),
                                        search.timeSliceWindow(),
                                        new BigDecimal(searchWeight))),
                        List.of(policy));
        return MeasurePlan.compile(new TestDefinitions().set("composite", slo));
    }

    private static AlertPolicy page(long minimumBad) {
        return TestDefinitions.burnRate(
                "page", 14.4, Duration.ofHours(1), Duration.ofMinutes(5), minimumBad);
    }

    private AlertEngine engine() {
        return new AlertEngine(
                new SloEvaluator(series, History.COMPLETE),
                series,
                new Exemplars(),
                store,
                List.of(new Receiver("oncall", false, false)),
                "http://sluice",
                Instant.ofEpochSecond(T - 86_400));
    }

    /** A thousand events a minute, in each minute of the time. */
    private void traffic(MeasurePlan plan, int part, long from, long to, long badInAThousand) {
        String service = part == 0 ? "cart" : "search";
        for (long second = from; second < to; second += 60) {
            count(
                    new SeriesKey(plan.forObjective("purchase", part).id(), ""),
                    second,
                    1000 - badInAThousand,
                    badInAThousand);
            count(SeriesKey.heartbeat(service), second, 1, 0);
        }
    }

    private void count(SeriesKey key, long second, long good, long bad) {
        long total = good + bad;
        series.add(key, second, good, total, 1000 * good, 1000 * total, null, T);
    }

    private static List<Alert> look(AlertEngine engine, MeasurePlan plan, long second) {
        engine.evaluate(plan, Instant.ofEpochSecond(second));
        return engine.alerts();
    }

    @Test
    void partsThatBurnTooSlowlyByThemselves_fireTogether_andAreOneAlert() throws Exception {
        MeasurePlan plan = plan("1", page(1));
        // 10 times too fast and 8 times too fast are 18 times.
        traffic(plan, 0, T - 3600, T, 10);
        traffic(plan, 1, T - 3600, T, 80);
        AlertEngine engine = engine();

        assertThat(look(engine, plan, T - 5))
                .singleElement()
                .satisfies(
                        alert -> {
                            assertThat(alert.key()).isEqualTo(KEY);
                            assertThat(alert.state()).isEqualTo(Alert.State.FIRING);
                            assertThat(alert.ofObjective()).isEmpty();
                            assertThat(alert.longBurnRate().orElseThrow())
                                    .isCloseTo(18, within(1e-9));
                        });
        assertThat(engine.pageFiring("purchase")).isTrue();

        store.commit(engine::checkpoint);
        JsonNode told =
                new ObjectMapper()
                        .readTree(store.dueNotifications(Long.MAX_VALUE, 10).getFirst().body());
        assertThat(told.path("key").asText()).isEqualTo(KEY);
        assertThat(told.path("objective").asInt(-1)).isZero();
        assertThat(told.path("shared").asBoolean()).isTrue();
        assertThat(told.path("bad").asLong()).isEqualTo(60 * 90);
        assertThat(told.path("budgetRemainingRatio").asDouble()).isCloseTo(1 - 18, within(1e-9));
        assertThat(told.at("/incident/beganAt").asText())
                .isEqualTo(Instant.ofEpochSecond(T - 3600).toString());

        Alert again = engine().alerts().getFirst();
        assertThat(again.ofObjective()).isEmpty();
        assertThat(again.state()).isEqualTo(Alert.State.FIRING);
    }

    @Test
    void aPartOfLittleWeight_burnsLittleOfTheBudget() {
        MeasurePlan plan = plan("0.1", page(1));
        traffic(plan, 0, T - 3600, T, 0);
        traffic(plan, 1, T - 3600, T, 1000);

        assertThat(look(engine(), plan, T - 5)).as("100 times too fast, a tenth of it").isEmpty();
    }

    @Test
    void theMinimumOfBadEvents_isOfAllPartsTogether() {
        MeasurePlan fires = plan("1", page(60 * 90));
        traffic(fires, 0, T - 3600, T, 10);
        traffic(fires, 1, T - 3600, T, 80);

        assertThat(look(engine(), fires, T - 5)).hasSize(1);
        assertThat(look(engine(), plan("1", page(60 * 90 + 1)), T - 5)).isEmpty();
    }

    @Test
    void whatIsKnownOfSomeParts_firesAndNeverResolves() {
        MeasurePlan plan = plan("1", page(1));
        traffic(plan, 0, T - 7200, T - 3600, 20);
        traffic(plan, 0, T - 3600, T, 0);
        AlertEngine engine = engine();

        assertThat(look(engine, plan, T - 3605).getFirst().state()).isEqualTo(Alert.State.FIRING);
        assertThat(look(engine, plan, T - 5).getFirst().state()).isEqualTo(Alert.State.FROZEN);

        traffic(plan, 1, T - 3600, T, 0);
        assertThat(look(engine, plan, T - 5).getFirst().state()).isEqualTo(Alert.State.RESOLVED);
    }

    @Test
    void theSharedBudget_isToldWhenSoMuchOfItIsSpent() {
        AlertPolicy page = page(1);
        AlertPolicy spent =
                new AlertPolicy(
                        new Metadata(
                                "page",
                                "page",
                                Map.of(),
                                Map.of(AlertPolicy.BUDGET_SPENT, "30%, 31%")),
                        "",
                        false,
                        true,
                        true,
                        page.conditions(),
                        List.of());
        MeasurePlan plan = plan("1", spent);
        // A tenth of the one budget, and a fifth of the other.
        traffic(plan, 0, T - 86_400, T - 43_200, 0);
        traffic(plan, 1, T - 86_400, T - 43_200, 2);
        count(new SeriesKey(plan.forObjective("purchase", 0).id(), ""), T - 50_000, 0, 146);
        traffic(plan, 0, T - 43_200, T, 0);
        traffic(plan, 1, T - 43_200, T, 2);

        double cart = 146 / (0.001 * (1440 * 1000 + 146));
        assertThat(look(engine(), plan, T - 5))
                .singleElement()
                .satisfies(
                        alert -> {
                            assertThat(alert.key())
                                    .isEqualTo("purchase/shared/page/budget-spent-30");
                            assertThat(alert.longBurnRate().orElseThrow())
                                    .isCloseTo(cart + 0.2, within(1e-9));
                        });
    }
}
