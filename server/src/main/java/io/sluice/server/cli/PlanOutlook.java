package io.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.backtest.Backtest;
import io.sluice.server.plan.Plan;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a running server's data says of definitions that are not in force yet.
 *
 * @param wouldAlert what would be firing now
 * @param tooFewEvents objectives of which a single failure would spend more than the budget
 * @param lints everything that is senseless at the server's traffic, of what changes
 * @param notJudged objectives of what changes of which its traffic says nothing yet
 * @param notTold why something is missing here; empty if nothing is
 */
record PlanOutlook(
        List<Firing> wouldAlert,
        List<TooFew> tooFewEvents,
        List<Lint> lints,
        List<NotJudged> notJudged,
        List<String> notTold) {
    /** How long a condition that fires is looked at, beside the time for which it must hold. */
    private static final Duration LOOKED_AT = Duration.ofMinutes(10);

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /**
     * An alert.
     *
     * @param already whether the definitions in force have it firing as well
     */
    record Firing(String alert, String severity, boolean already) {}

    /**
     * An objective with too little traffic for its target.
     *
     * @param events how many its window brings, as far as it was measured
     * @param needed how many it takes for one failure to be within the budget
     */
    record TooFew(String slo, int objective, BigDecimal target, long events, long needed) {}

    /** A member of the server's answer, as it is. */
    record Lint(
            String kind,
            String object,
            @Nullable Integer objective,
            @Nullable String part,
            long events,
            long needed,
            String says) {

        private static Lint of(JsonNode one) {
            return new Lint(
                    one.path("kind").asText(),
                    one.path("object").asText(),
                    one.path("objective").isInt() ? one.path("objective").asInt() : null,
                    one.path("part").isTextual() ? one.path("part").asText() : null,
                    one.path("events").asLong(),
                    one.path("needed").asLong(),
                    one.path("says").asText());
        }

        String where() {
            String place = objective == null ? "" : " objectives[" + objective + "]";
            return object + place + (part == null ? "" : " " + part);
        }
    }

    /** Of an objective nothing can be said yet. */
    record NotJudged(String slo, int objective, String reason) {}

    private record Files(List<SourceFile> files) {}

    private record Question(String from, List<SourceFile> files, List<String> incidents) {}

    static PlanOutlook ask(Api api, Plan plan, DefinitionSet wanted) throws InterruptedException {
        PlanOutlook outlook =
                new PlanOutlook(
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>());
        try {
            Api.Answer said = api.post("/api/v1/outlook", new Files(wanted.files()), TIMEOUT);
            if (said.status() == 200) {
                outlook.take(said.body(), plan, wanted);
                String from =
                        Instant.parse(said.body().path("at").asText())
                                .minus(longestHeld(wanted).plus(LOOKED_AT))
                                .toString();
                Api.Answer tried =
                        api.post(
                                "/api/v1/backtest",
                                new Question(from, wanted.files(), List.of()),
                                TIMEOUT);
                if (tried.status() == 200) {
                    outlook.wouldAlert.addAll(firing(tried.body()));
                } else {
                    outlook.notTold.add("what would alert now: it answered " + tried.status());
                }
            } else {
                outlook.notTold.add("what its data says: it answered " + said.status());
            }
        } catch (IOException e) {
            outlook.notTold.add("what its data says: " + e.getClass().getSimpleName());
        }
        return outlook;
    }

    private void take(JsonNode said, Plan plan, DefinitionSet wanted) {
        Set<String> changed =
                plan.objects().stream().map(Plan.ObjectChange::name).collect(Collectors.toSet());
        for (JsonNode one : said.path("lints")) {
            Lint lint = Lint.of(one);
            if (!changed.contains(lint.object())) {
                continue;
            }
            lints.add(lint);
            Slo slo = wanted.slos().get(lint.object());
            if (lint.kind().equals("ONE_FAILURE_SPENDS")
                    && lint.objective() != null
                    && slo != null) {
                tooFewEvents.add(
                        new TooFew(
                                lint.object(),
                                lint.objective(),
                                slo.objectives().get(lint.objective()).target(),
                                lint.events(),
                                lint.needed()));
            }
        }
        for (JsonNode one : said.path("notJudged")) {
            if (changed.contains(one.path("slo").asText())) {
                notJudged.add(
                        new NotJudged(
                                one.path("slo").asText(),
                                one.path("objective").asInt(),
                                one.path("reason").asText()));
            }
        }
    }

    /** For how long a condition must hold before it fires, as far back as a backtest goes. */
    private static Duration longestHeld(DefinitionSet wanted) {
        Duration most = Backtest.LONGEST.minus(LOOKED_AT);
        return wanted.slos().values().stream()
                .flatMap(slo -> slo.alertPolicies().stream())
                .flatMap(policy -> policy.conditions().stream())
                .map(AlertPolicy.AlertCondition::alertAfter)
                .map(held -> held.compareTo(most) > 0 ? most : held)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private static List<Firing> firing(JsonNode backtest) {
        Set<String> already = new HashSet<>();
        unresolved(backtest.path("inForce")).forEach(one -> already.add(one.path("key").asText()));
        return unresolved(backtest.path("candidate")).stream()
                .map(
                        one ->
                                new Firing(
                                        one.path("key").asText(),
                                        one.path("severity").asText(),
                                        already.contains(one.path("key").asText())))
                .toList();
    }

    private static List<JsonNode> unresolved(JsonNode report) {
        List<JsonNode> firings = new ArrayList<>();
        for (JsonNode slo : report.path("slos")) {
            for (JsonNode firing : slo.path("firings")) {
                if (!firing.path("resolvedAt").isTextual()) {
                    firings.add(firing);
                }
            }
        }
        return firings;
    }
}
