package io.sluice.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.NotificationTarget;
import io.sluice.definitions.model.Op;
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
import io.sluice.engine.store.StoredNotification;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

class AlertEngineTest {
    private static final long T = 1_800_000_000L;
    private static final String KEY = "cart/0/page/page";
    private static final String SILENCE = "cart/page/no-data";

    private final SeriesTable series = new SeriesTable();
    private final InMemoryStore store = new InMemoryStore();
    private final Slo slo = slo(Duration.ZERO, 10);
    private MeasurePlan plan = plan(slo);
    private List<Receiver> receivers = List.of(new Receiver("oncall", false, false));
    private AlertEngine alerts = newEngine(T - 86_400);

    private static Slo slo(Duration alertAfter, long minimumBad) {
        return new Slo(
                TestDefinitions.named("cart"),
                "",
                "shop",
                Tier.SERVICE,
                BudgetingMethod.OCCURRENCES,
                TestDefinitions.rolling(30),
                false,
                List.of(TestDefinitions.errors("cart", "0.999")),
                List.of(
                        new AlertPolicy(
                                TestDefinitions.named("page"),
                                "",
                                false,
                                true,
                                true,
                                List.of(
                                        new AlertCondition(
                                                "page",
                                                AlertPolicy.Severity.PAGE,
                                                Op.GT,
                                                14.4,
                                                Duration.ofHours(1),
                                                Duration.ofMinutes(5),
                                                alertAfter,
                                                minimumBad)),
                                List.of())));
    }

    private static MeasurePlan plan(Slo... slos) {
        DefinitionSet set = new TestDefinitions().set("set", slos);
        return MeasurePlan.compile(set);
    }

    private AlertEngine newEngine(long listeningSince) {
        return new AlertEngine(
                new SloEvaluator(series, History.COMPLETE),
                series,
                new Exemplars(),
                store,
                receivers,
                "http://sluice",
                Instant.ofEpochSecond(listeningSince));
    }

    /** A bucket's live events. */
    private void live(long bucket, long good, long bad) {
        count("", bucket, good, bad);
        count(SeriesKey.heartbeat("cart"), bucket, 1, 0);
    }

    private void backfill(long bucket, long good, long bad) {
        count("", bucket, good, bad);
        count(SeriesKey.heartbeat("cart"), bucket, 1, 0);
        count("backfill/", bucket, good, bad);
        count(new SeriesKey("backfill/heartbeat", "cart"), bucket, 1, 0);
    }

    private void count(String prefix, long bucket, long good, long bad) {
        count(new SeriesKey(prefix + plan.forObjective("cart", 0).id(), ""), bucket, good, bad);
    }

    private void count(SeriesKey key, long bucket, long good, long bad) {
        long total = good + bad;
        series.add(key, bucket, good, total, 1000 * good, 1000 * total, null, bucket);
    }

    private void traffic(long from, long to, long good, long bad) {
        for (long bucket = from; bucket < to; bucket += 10) {
            live(bucket, good, bad);
        }
    }

    /** Evaluates, and stores as the fold's checkpoint does. */
    private void evaluate(long second) {
        alerts.evaluate(plan, Instant.ofEpochSecond(second));
        checkpoint();
    }

    private void checkpoint() {
        store.commit(alerts::checkpoint);
        alerts.checkpointed();
    }

    private Alert.State state(String key) {
        return alerts.alerts().stream()
                .filter(alert -> alert.key().equals(key))
                .map(Alert::state)
                .findFirst()
                .orElse(Alert.State.INACTIVE);
    }

    private List<JsonNode> told() {
        return store.dueNotifications(Long.MAX_VALUE, 100).stream()
                .map(AlertEngineTest::json)
                .toList();
    }

    private static JsonNode json(StoredNotification notification) {
        try {
            return new ObjectMapper().readTree(notification.body());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> statuses() {
        return told().stream()
                .map(n -> n.path("key").asText() + " " + n.path("status").asText())
                .toList();
    }

    @Test
    void totalOutage_firesWhenTheoryDoes() {
        traffic(T - 3600, T, 1000, 0);
        long fired = -1;
        for (long t = T; t < T + 300 && fired < 0; t++) {
            if (t % 10 == 0) {
                live(t, 0, 1000);
            }
            evaluate(t);
            fired = state(KEY) == Alert.State.FIRING ? t : -1;
        }

        // 51.8 s of errors; the bucket that is open counts whole, so it may be up to one bucket
        // early.
        assertThat(fired - T).isBetween(42L, 53L);
    }

    @Test
    void firing_isToldOnceWithWhatBurnedTheBudget() {
        traffic(T - 600, T, 0, 100);
        count(new SeriesKey(plan.forObjective("cart", 0).id(), "/cart/items"), T - 10, 0, 7);
        evaluate(T);
        evaluate(T + 1);

        JsonNode body = told().getFirst();
        assertThat(told()).hasSize(1);
        assertThat(StreamSupport.stream(((Iterable<String>) body::fieldNames).spliterator(), false))
                .containsExactly(
                        "version",
                        "status",
                        "key",
                        "title",
                        "summary",
                        "slo",
                        "service",
                        "objective",
                        "shared",
                        "severity",
                        "policy",
                        "condition",
                        "burnRate",
                        "shortBurnRate",
                        "threshold",
                        "longWindowSeconds",
                        "shortWindowSeconds",
                        "conditionTrueAt",
                        "firedAt",
                        "resolvedAt",
                        "budgetRemainingRatio",
                        "budgetEndsAt",
                        "bad",
                        "burnedBy",
                        "traces",
                        "incident",
                        "url");
        assertThat(body.path("status").asText()).isEqualTo("firing");
        assertThat(body.path("key").asText()).isEqualTo(KEY);
        assertThat(body.path("burnRate").asDouble()).isEqualTo(1000);
        assertThat(body.path("conditionTrueAt").asText())
                .isEqualTo(Instant.ofEpochSecond(T).toString());
        assertThat(body.path("bad").asLong()).isEqualTo(6007);
        assertThat(body.path("burnedBy").get(1).toString())
                .isEqualTo(
                        "{\"dimension\":\"http.route\",\"value\":\"/cart/items\",\"bad\":7,\"share\":"
                                + 7.0 / 6007
                                + "}");
        assertThat(body.path("title").asText())
                .isEqualTo("PAGE cart: burns its budget 1000× too fast (limit 14.40×)");
        assertThat(body.path("summary").asText())
                .startsWith(
                        "Burn rate 1000× over 1h and 1000× over 5m. Since 2027-01-15T07:50:00Z."
                                + " Budget left: -99900.0 %, ends 2027-01-15T08:00:00Z. Burned by");
        assertThat(body.path("service").asText()).isEqualTo("shop");
        assertThat(body.at("/incident/beganAt").asText())
                .isEqualTo(Instant.ofEpochSecond(T - 600).toString());
        assertThat(body.path("url").asText()).isEqualTo("http://sluice/slos/cart");
        assertThat(alerts.pageFiring("cart")).isTrue();
    }

    @Test
    void recovery_resolvesAndIsTold() {
        traffic(T - 600, T, 0, 100);
        evaluate(T);
        traffic(T, T + 310, 100, 0);
        evaluate(T + 305);

        assertThat(state(KEY)).isEqualTo(Alert.State.RESOLVED);
        assertThat(statuses()).containsExactly(KEY + " firing", KEY + " resolved");
        assertThat(alerts.pageFiring("cart")).isFalse();
    }

    @Test
    void nextOutage_isAnotherFiringWithAnotherKey() {
        traffic(T - 600, T, 0, 100);
        evaluate(T);
        traffic(T, T + 310, 100, 0);
        evaluate(T + 305);
        traffic(T + 310, T + 700, 0, 100);
        evaluate(T + 690);

        assertThat(state(KEY)).isEqualTo(Alert.State.FIRING);
        assertThat(store.dueNotifications(Long.MAX_VALUE, 9))
                .extracting(StoredNotification::idempotencyKey)
                .doesNotHaveDuplicates()
                .hasSize(3);
    }

    @Test
    void dataThatStops_freezesInsteadOfResolving() {
        traffic(T - 600, T, 0, 100);
        evaluate(T);
        evaluate(T + 330);
        assertThat(state(KEY)).isEqualTo(Alert.State.FROZEN);

        traffic(T + 400, T + 710, 100, 0);
        evaluate(T + 705);
        assertThat(state(KEY)).isEqualTo(Alert.State.RESOLVED);
    }

    @Test
    void fewBadEvents_wakeNobody() {
        live(T - 10, 0, 9);
        evaluate(T);
        assertThat(state(KEY)).isEqualTo(Alert.State.INACTIVE);

        live(T, 0, 1);
        evaluate(T + 1);
        assertThat(state(KEY)).isEqualTo(Alert.State.FIRING);
    }

    @Test
    void conditionThatMustHold_isPendingUntilItHas() {
        plan = plan(slo(Duration.ofMinutes(2), 0));
        traffic(T - 600, T + 130, 0, 100);
        evaluate(T);
        assertThat(state(KEY)).isEqualTo(Alert.State.PENDING);
        assertThat(told()).isEmpty();

        evaluate(T + 119);
        assertThat(state(KEY)).isEqualTo(Alert.State.PENDING);
        evaluate(T + 120);
        assertThat(state(KEY)).isEqualTo(Alert.State.FIRING);
    }

    @Test
    void backfilledEventsOfTheLastHour_neverAlert() {
        for (long bucket = T - 3600; bucket < T; bucket += 10) {
            backfill(bucket, 0, 100);
        }
        live(T, 10, 0);
        evaluate(T);
        assertThat(state(KEY)).isEqualTo(Alert.State.INACTIVE);

        evaluate(T + 400);
        assertThat(statuses()).containsExactly(SILENCE + " firing");
    }

    @Test
    void silenceOfAServiceThatWasMeasured_pagesAfterFiveMinutes() {
        live(T, 10, 0);
        evaluate(T + 300);
        assertThat(state(SILENCE)).isEqualTo(Alert.State.INACTIVE);

        evaluate(T + 311);
        assertThat(state(SILENCE)).isEqualTo(Alert.State.FIRING);
        live(T + 320, 10, 0);
        evaluate(T + 321);
        assertThat(statuses()).containsExactly(SILENCE + " firing", SILENCE + " resolved");
    }

    @Test
    void silenceOfAServiceThatNeverWasMeasured_pagesNobody() {
        backfill(T - 600, 10, 0);
        evaluate(T);

        assertThat(told()).isEmpty();
    }

    @Test
    void ownAbsence_isNotTakenForSilence() {
        live(T, 10, 0);
        alerts = newEngine(T + 3600);
        evaluate(T + 3600);
        evaluate(T + 3600 + 299);
        assertThat(told()).isEmpty();

        evaluate(T + 3600 + 300);
        assertThat(statuses()).containsExactly(SILENCE + " firing");
    }

    @Test
    void clockThatGoesBack_endsNoAlert_andBeginsNone() {
        traffic(T - 4000, T - 600, 100, 0);
        traffic(T - 600, T, 0, 100);
        evaluate(T);
        assertThat(state(KEY)).isEqualTo(Alert.State.FIRING);
        int before = told().size();

        // An hour earlier all was well.
        evaluate(T - 3600);
        evaluate(T - 3000);

        assertThat(state(KEY)).isEqualTo(Alert.State.FIRING);
        assertThat(told()).hasSize(before);

        traffic(T, T + 600, 100, 0);
        evaluate(T + 600);
        assertThat(state(KEY)).isEqualTo(Alert.State.RESOLVED);
    }

    @Test
    void timeThatAClockLeftOut_isNotTakenForSilence() {
        traffic(T - 3600, T, 100, 0);
        evaluate(T);
        alerts.listenSince(Instant.ofEpochSecond(T + 3600));
        evaluate(T + 3600);
        evaluate(T + 3600 + 299);
        assertThat(state(SILENCE)).isEqualTo(Alert.State.INACTIVE);

        evaluate(T + 3600 + 300);
        assertThat(state(SILENCE)).isEqualTo(Alert.State.FIRING);
    }

    @Test
    void stateSurvivesAKill_andNobodyIsToldTwice() {
        traffic(T - 600, T, 0, 100);
        evaluate(T);
        alerts.delivered(
                store.dueNotifications(Long.MAX_VALUE, 1).getFirst(), Instant.ofEpochSecond(T + 1));
        checkpoint();
        Alert before = alerts.alerts().getFirst();

        alerts = newEngine(T + 5);
        assertThat(alerts.alerts()).containsExactly(before);
        assertThat(before.deliveredAt()).contains(Instant.ofEpochSecond(T + 1));
        evaluate(T + 6);
        assertThat(state(KEY)).isEqualTo(Alert.State.FIRING);
        assertThat(told()).hasSize(1);
    }

    @Test
    void killBeforeTheCheckpoint_firesAgainWithoutHavingToldAnybody() {
        traffic(T - 600, T, 0, 100);
        alerts.evaluate(plan, Instant.ofEpochSecond(T));

        alerts = newEngine(T + 5);
        evaluate(T + 6);
        assertThat(statuses()).containsExactly(KEY + " firing");
    }

    @Test
    void checkpointThatFails_isWrittenAgain() {
        traffic(T - 600, T, 0, 100);
        alerts.evaluate(plan, Instant.ofEpochSecond(T));
        try {
            store.commit(
                    tx -> {
                        alerts.checkpoint(tx);
                        throw new IllegalStateException("disk full");
                    });
        } catch (IllegalStateException e) {
            assertThat(told()).isEmpty();
        }
        checkpoint();
        checkpoint();

        assertThat(statuses()).containsExactly(KEY + " firing");
        assertThat(store.alerts()).hasSize(1);
    }

    @Test
    void alertThatNoDefinitionAsksForAnyMore_isResolvedAndToldSo() {
        traffic(T - 600, T, 0, 100);
        evaluate(T);
        plan = plan();
        evaluate(T + 1);

        assertThat(statuses()).containsExactly(KEY + " firing", KEY + " resolved");
        assertThat(state(KEY)).isEqualTo(Alert.State.RESOLVED);
        evaluate(T + 90_000);
        assertThat(alerts.alerts()).isEmpty();
        assertThat(store.alerts()).isEmpty();
    }

    private static AlertCondition condition(
            String name, AlertPolicy.Severity severity, double burn, Duration longWindow) {
        return new AlertCondition(
                name,
                severity,
                Op.GT,
                burn,
                longWindow,
                longWindow.dividedBy(12),
                Duration.ZERO,
                10);
    }

    /** A page over an hour, and a ticket over six. */
    private void pageAndTicket(List<NotificationTarget> targets) {
        plan =
                plan(
                        new Slo(
                                TestDefinitions.named("cart"),
                                "",
                                "shop",
                                Tier.SERVICE,
                                BudgetingMethod.OCCURRENCES,
                                TestDefinitions.rolling(30),
                                false,
                                List.of(TestDefinitions.errors("cart", "0.999")),
                                List.of(
                                        new AlertPolicy(
                                                TestDefinitions.named("both"),
                                                "",
                                                false,
                                                true,
                                                true,
                                                List.of(
                                                        condition(
                                                                "ticket",
                                                                AlertPolicy.Severity.TICKET,
                                                                1,
                                                                Duration.ofHours(6)),
                                                        condition(
                                                                "page",
                                                                AlertPolicy.Severity.PAGE,
                                                                14.4,
                                                                Duration.ofHours(1))),
                                                targets))));
    }

    private void tell(Receiver... some) {
        receivers = List.of(some);
        alerts = newEngine(T - 86_400);
    }

    private List<String> toldTo(String receiver) {
        return store.dueNotifications(Long.MAX_VALUE, 100).stream()
                .filter(notification -> notification.target().equals(receiver))
                .map(AlertEngineTest::json)
                .map(n -> n.path("condition").asText() + " " + n.path("status").asText())
                .toList();
    }

    @Test
    void whoGroups_isToldOnceForAllAlertsOfAnSlo_whenTheWorstBeginsAndTheLastEnds() {
        pageAndTicket(List.of());
        tell(new Receiver("each", false, false), new Receiver("group", true, false));
        traffic(T - 600, T, 0, 100);
        evaluate(T);
        traffic(T, T + 1830, 100, 0);
        evaluate(T + 320);
        assertThat(toldTo("each")).containsExactly("page firing", "ticket firing", "page resolved");
        assertThat(toldTo("group")).containsExactly("page firing");

        evaluate(T + 1825);
        assertThat(toldTo("each")).endsWith("ticket resolved");
        assertThat(toldTo("group")).containsExactly("page firing", "ticket resolved");
        assertThat(told().stream().map(n -> n.at("/incident/id").asText()).distinct()).hasSize(1);
    }

    @Test
    void pageThatJoinsATicket_isToldToWhoGroups() {
        pageAndTicket(List.of());
        tell(new Receiver("group", true, false));
        traffic(T - 600, T, 99_000, 1000);
        evaluate(T);
        assertThat(toldTo("group")).containsExactly("ticket firing");

        traffic(T, T + 300, 0, 100_000);
        evaluate(T + 290);
        assertThat(toldTo("group")).containsExactly("ticket firing", "page firing");
    }

    @Test
    void policyThatNamesReceivers_isToldToThemOnly() {
        pageAndTicket(
                List.of(
                        new NotificationTarget(TestDefinitions.named("chat"), "", "slack"),
                        new NotificationTarget(TestDefinitions.named("other"), "", "pager")));
        tell(
                new Receiver("chat", false, false),
                new Receiver("pager", false, false),
                new Receiver("nobody", false, false));
        traffic(T - 600, T, 0, 100);
        evaluate(T);

        assertThat(toldTo("chat")).hasSize(2);
        assertThat(toldTo("pager")).hasSize(2);
        assertThat(toldTo("nobody")).isEmpty();
    }

    @Test
    void whoWouldForget_isToldAgainEveryMinute_butNotWhileItCannotBeTold() {
        tell(new Receiver("oncall", false, true));
        traffic(T - 600, T + 600, 0, 100);
        evaluate(T);
        evaluate(T + 120);
        assertThat(told()).hasSize(1);

        StoredNotification first = store.dueNotifications(Long.MAX_VALUE, 1).getFirst();
        alerts.delivered(first, Instant.ofEpochSecond(T + 130));
        evaluate(T + 189);
        assertThat(told()).hasSize(1);
        evaluate(T + 190);
        assertThat(told()).hasSize(2);
        assertThat(store.dueNotifications(Long.MAX_VALUE, 9))
                .extracting(StoredNotification::idempotencyKey)
                .containsOnly(first.idempotencyKey());
    }

    @Test
    void silence_keepsAnAlertFromBeingTold_untilItEnds() {
        alerts.silence(
                Optional.of("cart"),
                Instant.ofEpochSecond(T - 10),
                Instant.ofEpochSecond(T + 60),
                "deploying",
                "ana",
                Instant.ofEpochSecond(T - 10));
        store.commit(alerts::saveUserChanges);
        traffic(T - 600, T + 100, 0, 100);
        alerts = newEngine(T - 86_400);
        evaluate(T);
        assertThat(state(KEY)).isEqualTo(Alert.State.FIRING);
        assertThat(alerts.pageFiring("cart")).isTrue();
        assertThat(told()).isEmpty();

        evaluate(T + 60);
        assertThat(statuses()).containsExactly(KEY + " firing");
        assertThat(alerts.silences(Instant.ofEpochSecond(T + 60))).isEmpty();
    }

    @Test
    void silenceOfAnotherSlo_orThatWasEnded_keepsNobodyFromBeingTold() {
        Instant from = Instant.ofEpochSecond(T - 10);
        Instant until = Instant.ofEpochSecond(T + 60);
        alerts.silence(Optional.of("other"), from, until, "", "ana", from);
        Silence all = alerts.silence(Optional.empty(), from, until, "", "ana", from);
        traffic(T - 600, T + 100, 0, 100);
        evaluate(T);
        assertThat(told()).isEmpty();

        assertThat(alerts.endSilence(all.id())).isTrue();
        assertThat(alerts.endSilence(all.id())).isFalse();
        evaluate(T + 1);
        assertThat(statuses()).containsExactly(KEY + " firing");
    }

    @Test
    void alertThatEndsWithinASilence_isNeverTold() {
        Instant from = Instant.ofEpochSecond(T - 10);
        alerts.silence(Optional.empty(), from, from.plusSeconds(3600), "", "ana", from);
        traffic(T - 600, T, 0, 100);
        evaluate(T);
        traffic(T, T + 310, 100, 0);
        evaluate(T + 305);

        assertThat(state(KEY)).isEqualTo(Alert.State.RESOLVED);
        assertThat(told()).isEmpty();
    }

    private List<Incident> incidents() {
        return store.incidents(Long.MIN_VALUE, Long.MAX_VALUE).stream().map(Incident::of).toList();
    }

    @Test
    void incident_knowsWhenItBeganWasDetectedToldTakenOnAndOver() {
        pageAndTicket(List.of());
        traffic(T - 7200, T + 30, 1000, 0);
        traffic(T + 30, T + 100, 0, 1000);
        for (long t = T + 30; t < T + 100; t++) {
            evaluate(t);
        }
        Incident open = incidents().getFirst();
        assertThat(alerts.openIncidents()).containsExactly(open);
        alerts.delivered(
                store.dueNotifications(Long.MAX_VALUE, 1).getFirst(),
                Instant.ofEpochSecond(T + 101));
        assertThat(alerts.acknowledge("cart.0", "ana", Instant.ofEpochSecond(T + 200))).isEmpty();
        alerts.acknowledge(open.id(), "ana", Instant.ofEpochSecond(T + 200));
        alerts.acknowledge(open.id(), "bob", Instant.ofEpochSecond(T + 201));
        checkpoint();
        alerts = newEngine(T - 86_400);
        assertThat(alerts.openIncidents()).extracting(Incident::id).containsExactly(open.id());
        traffic(T + 100, T + 3000, 1000, 0);
        evaluate(T + 2990);
        assertThat(alerts.openIncidents()).isEmpty();

        Incident over = incidents().getFirst();
        assertThat(incidents()).hasSize(1);
        // Also by the ticket, which fired first and looks at six hours.
        assertThat(over.beganAt()).isEqualTo(Instant.ofEpochSecond(T + 30));
        assertThat(over.timeToDetect().orElseThrow()).isLessThan(Duration.ofSeconds(60));
        assertThat(over.deliveredAt()).contains(Instant.ofEpochSecond(T + 101));
        assertThat(over.timeToAcknowledge()).contains(Duration.ofSeconds(170));
        assertThat(over.acknowledgedBy()).contains("ana");
        assertThat(over.resolvedAt()).contains(Instant.ofEpochSecond(T + 2990));
        assertThat(over.severity()).isEqualTo(AlertPolicy.Severity.PAGE);
        assertThat(over.alerts())
                .containsExactlyInAnyOrder("cart/0/both/page", "cart/0/both/ticket");
        assertThat(statuses()).contains("cart/0/both/page acknowledged");
    }

    @Test
    void nextTrouble_isAnotherIncident_andAMissedOneIsKept() {
        traffic(T - 600, T, 0, 100);
        evaluate(T);
        traffic(T, T + 310, 100, 0);
        evaluate(T + 305);
        traffic(T + 310, T + 700, 0, 100);
        evaluate(T + 690);
        alerts.missed(
                "cart", Instant.ofEpochSecond(T - 90), Instant.ofEpochSecond(T), "slow", "ana");
        store.commit(alerts::saveUserChanges);

        assertThat(incidents()).hasSize(3);
        assertThat(incidents()).filteredOn(Incident::missed).hasSize(1);
        assertThat(incidents())
                .filteredOn(incident -> incident.resolvedAt().isEmpty())
                .singleElement()
                .satisfies(
                        incident ->
                                assertThat(incident.detectedAt())
                                        .contains(Instant.ofEpochSecond(T + 690)));
    }

    @Test
    void sharesOfTheBudget_areToldOfOnceTheyAreSpent_andEndWhenTheyAreNotAnyMore() {
        AlertPolicy policy = slo.alertPolicies().getFirst();
        plan =
                plan(
                        new Slo(
                                slo.metadata(),
                                "",
                                "shop",
                                Tier.OPERATIONAL,
                                slo.method(),
                                slo.window(),
                                false,
                                slo.objectives(),
                                List.of(
                                        new AlertPolicy(
                                                new Metadata(
                                                        "page",
                                                        "",
                                                        Map.of(),
                                                        Map.of(
                                                                AlertPolicy.BUDGET_SPENT,
                                                                "50%, 99.5%")),
                                                "",
                                                false,
                                                true,
                                                true,
                                                policy.conditions(),
                                                List.of()))));
        traffic(T - 86_400, T - 7200, 1000, 0);
        live(T - 7200, 1000 - 500, 500);
        traffic(T - 7190, T, 1000, 0);
        evaluate(T - 1);
        assertThat(told()).isEmpty();

        long half = series.sum(plan.forObjective("cart", 0).id(), 0, T).total() / 2000 - 500;
        live(T - 4000, 0, half - 1);
        evaluate(T - 1);
        assertThat(told()).isEmpty();
        live(T - 4000, 0, 5);
        evaluate(T);
        assertThat(statuses()).containsExactly("cart/0/page/budget-spent-50 firing");
        assertThat(told().getFirst().path("title").asText())
                .isEqualTo("PAGE cart: 50.0 % of its budget is spent");

        traffic(T, T + 10, 1_000_000, 0);
        evaluate(T + 9);
        assertThat(statuses())
                .containsExactly(
                        "cart/0/page/budget-spent-50 firing",
                        "cart/0/page/budget-spent-50 resolved");
    }

    @Test
    void policyThatTellsOfSilenceOnly_tellsOfSilenceOnly() {
        AlertPolicy policy = slo.alertPolicies().getFirst();
        plan =
                plan(
                        new Slo(
                                slo.metadata(),
                                "",
                                "shop",
                                Tier.OPERATIONAL,
                                slo.method(),
                                slo.window(),
                                false,
                                slo.objectives(),
                                List.of(
                                        new AlertPolicy(
                                                policy.metadata(),
                                                "",
                                                true,
                                                false,
                                                false,
                                                policy.conditions(),
                                                List.of()))));
        traffic(T - 600, T, 0, 100);
        evaluate(T);
        assertThat(told()).isEmpty();

        evaluate(T + 301);
        assertThat(statuses()).containsExactly(SILENCE + " firing");
    }

    /** Theory says 51.8 s of errors; a page is told within two seconds of that. */
    @Test
    void totalOutage_isToldWithinTwoSecondsOfTheory() {
        List<Instant> arrived = new ArrayList<>();
        Outbox outbox =
                new Outbox(
                        store,
                        (notification, now) -> {
                            arrived.add(now);
                            return new AlertSender.SendResult.Delivered();
                        },
                        Runnable::run,
                        alerts);
        traffic(T - 3600, T, 1000, 0);
        for (long t = T; t < T + 120 && arrived.isEmpty(); t++) {
            // Events are accepted as they happen, and looked at with the next tick.
            live(Math.floorDiv(t, 10) * 10, 0, 100);
            evaluate(t + 1);
            outbox.deliverDue(Instant.ofEpochSecond(t + 1));
        }

        assertThat(arrived.getFirst().getEpochSecond() - T).isBetween(50L, 53L);
    }
}
