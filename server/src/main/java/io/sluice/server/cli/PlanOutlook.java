package io.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.measure.MeasurePlan;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a running server's data says of definitions that are not in force yet.
 *
 * @param wouldAlert what would be firing now
 * @param tooFewEvents objectives of which a single failure would spend more than the budget
 * @param notTold why something is missing here; empty if nothing is
 */
record PlanOutlook(List<Firing> wouldAlert, List<TooFew> tooFewEvents, List<String> notTold) {
    /** For conditions that have to be true for longer, it is not known whether they would fire. */
    private static final Duration LOOKED_AT = Duration.ofMinutes(10);

    /** Less of a window tells little of the whole. */
    private static final double ENOUGH_COVERAGE = 0.5;

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

    private record Question(String from, List<SourceFile> files, List<String> incidents) {}

    static PlanOutlook ask(Api api, DefinitionSet inForce, DefinitionSet wanted)
            throws InterruptedException {
        List<Firing> firing = new ArrayList<>();
        List<TooFew> tooFew = new ArrayList<>();
        List<String> notTold = new ArrayList<>();
        try {
            Api.Answer slos = api.get("/api/v1/slos");
            JsonNode first = slos.body().at("/slos/0/evaluatedAt");
            if (slos.status() != 200) {
                notTold.add("what its traffic can measure: it answered " + slos.status());
            } else if (first.isTextual()) {
                tooFew.addAll(tooFew(slos.body(), inForce, wanted));
                String from = Instant.parse(first.asText()).minus(LOOKED_AT).toString();
                Api.Answer tried =
                        api.post(
                                "/api/v1/backtest",
                                new Question(from, wanted.files(), List.of()),
                                TIMEOUT);
                if (tried.status() == 200) {
                    firing.addAll(firing(tried.body()));
                } else {
                    notTold.add("what would alert now: it answered " + tried.status());
                }
            }
        } catch (IOException e) {
            notTold.add("what its data says: " + e.getClass().getSimpleName());
        }
        return new PlanOutlook(firing, tooFew, notTold);
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

    private static List<TooFew> tooFew(JsonNode page, DefinitionSet inForce, DefinitionSet wanted) {
        MeasurePlan before = MeasurePlan.compile(inForce);
        MeasurePlan after = MeasurePlan.compile(wanted);
        List<TooFew> found = new ArrayList<>();
        for (JsonNode status : page.path("slos")) {
            String name = status.path("name").asText();
            Slo old = inForce.slos().get(name);
            Slo slo = wanted.slos().get(name);
            if (old == null || slo == null || !comparable(old, slo)) {
                continue;
            }
            for (int i = 0; i < slo.objectives().size(); i++) {
                if (i < old.objectives().size()
                        && before.forObjective(name, i)
                                .id()
                                .equals(after.forObjective(name, i).id())) {
                    JsonNode counted = status.path("objectives").path(i);
                    BigDecimal target = slo.objectives().get(i).target();
                    double coverage = counted.path("coverage").asDouble();
                    long events = counted.path("total").asLong();
                    long needed = eventsForOneFailure(target);
                    if (coverage >= ENOUGH_COVERAGE && events / coverage < needed) {
                        found.add(
                                new TooFew(name, i, target, Math.round(events / coverage), needed));
                    }
                }
            }
        }
        return found;
    }

    /** Events are counted, over the same window: what was counted is what will be. */
    private static boolean comparable(Slo old, Slo slo) {
        return slo.method() == BudgetingMethod.OCCURRENCES
                && old.method() == slo.method()
                && old.window().equals(slo.window());
    }

    private static long eventsForOneFailure(BigDecimal target) {
        return BigDecimal.ONE
                .divide(BigDecimal.ONE.subtract(target), 0, RoundingMode.CEILING)
                .longValueExact();
    }
}
