package io.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes the answer of {@code /cutovers/{name}/explanation} for a person. */
final class GateExplanationText {
    private GateExplanationText() {}

    static String of(JsonNode explanation) {
        List<String> lines = new ArrayList<>();
        JsonNode decision = explanation.path("decision");
        lines.add(
                "run %s (%s), data through %s"
                        .formatted(
                                decision.path("run").asText("none"),
                                decision.path("revision").asText("no revision"),
                                decision.path("dataThrough").asText("nothing yet")));
        for (JsonNode metric : decision.path("metrics")) {
            add(metric, bounds(explanation, metric), explanation, lines);
        }
        JsonNode forecast = decision.path("forecast");
        if (decision.path("decision").asText().equals("HOLD")) {
            lines.add(forecast(forecast));
        }
        JsonNode evidence = decision.path("evidence");
        if (evidence.isObject()) {
            lines.add(
                    "evidence %s, sha256 %s, definition %s"
                            .formatted(
                                    evidence.path("id").asText(),
                                    evidence.path("sha256").asText(),
                                    evidence.path("configSha256").asText()));
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static JsonNode bounds(JsonNode explanation, JsonNode metric) {
        for (JsonNode one : explanation.path("metrics")) {
            if (one.path("name").equals(metric.path("name"))) {
                return one;
            }
        }
        return explanation.path("none");
    }

    private static void add(
            JsonNode metric, JsonNode bounds, JsonNode explanation, List<String> lines) {
        lines.add(
                metric.path("name").asText()
                        + (metric.path("required").asBoolean() ? ", needed for GO" : ""));
        lines.add("  candidate " + side(metric, bounds, "candidate"));
        lines.add(
                "  baseline  "
                        + side(metric, bounds, "baseline")
                        + (bounds.has("baselineText")
                                ? "; " + bounds.path("baselineText").asText()
                                : ""));
        lines.add("  ratio " + ratio(metric, bounds, explanation));
        if (bounds.path("dispersion").asDouble(1) > 1) {
            lines.add(
                    "  the baseline's errors come in bursts: evidence is divided by %s"
                            .formatted(number(bounds.path("dispersion").asDouble())));
        }
        lines.add(
                "  for GO, worse than x%s must be ruled out: e-value %s of %s%s"
                        .formatted(
                                number(metric.path("goMargin").asDouble()),
                                eValue(metric.path("logEGo")),
                                eValue(metric.path("logEGoNeeded")),
                                metric.path("goProven").asBoolean() ? ", proven" : ""));
        lines.add(
                "  for NO_GO, worse than x%s must be proven: e-value %s of %s%s"
                        .formatted(
                                number(metric.path("noGoMargin").asDouble()),
                                eValue(metric.path("logENoGo")),
                                eValue(metric.path("logENoGoNeeded")),
                                metric.path("noGoProven").asBoolean() ? ", proven" : ""));
    }

    private static String side(JsonNode metric, JsonNode bounds, String name) {
        JsonNode quantile = metric.path("quantile");
        return quantile.isObject()
                ? values(metric, quantile, bounds.path("quantile"), name)
                : counts(metric.path(name));
    }

    private static String values(JsonNode metric, JsonNode quantile, JsonNode bounds, String name) {
        JsonNode low = bounds.path(name + "Low");
        JsonNode high = bounds.path(name + "High");
        String surely =
                low.isNumber() && high.isNumber()
                        ? ", surely from "
                                + number(low.asDouble())
                                + " to "
                                + number(high.asDouble())
                        : low.isNumber()
                                ? ", surely over " + number(low.asDouble())
                                : high.isNumber()
                                        ? ", surely at most " + number(high.asDouble())
                                        : "";
        return "P%s %s%s (%,d values)"
                .formatted(
                        number(100 * quantile.path("quantile").asDouble()),
                        quantile.path(name).isNumber()
                                ? number(quantile.path(name).asDouble())
                                : "unknown",
                        surely,
                        metric.path(name).path("total").asLong());
    }

    private static String counts(JsonNode side) {
        long total = side.path("total").asLong();
        return "%,d bad of %,d%s"
                .formatted(
                        side.path("bad").asLong(),
                        total,
                        total == 0
                                ? ""
                                : " (%s %%)"
                                        .formatted(
                                                number(100.0 * side.path("bad").asLong() / total)));
    }

    private static String ratio(JsonNode metric, JsonNode bounds, JsonNode explanation) {
        String ratio =
                metric.path("ratio").isNumber()
                        ? number(metric.path("ratio").asDouble())
                        : "unknown: the baseline has no bad events, or the candidate no events";
        if (!bounds.has("ratioLow")) {
            return ratio;
        }
        double low = bounds.path("ratioLow").asDouble();
        String percent = number(100 * explanation.path("confidence").asDouble());
        if (bounds.path("ratioHigh").isNumber()) {
            return "%s; with %s %% confidence at all looks together, from %s to %s"
                    .formatted(
                            ratio,
                            percent,
                            number(low),
                            number(bounds.path("ratioHigh").asDouble()));
        }
        return low > 0
                ? "%s; with %s %% confidence at all looks together, over %s"
                        .formatted(ratio, percent, number(low))
                : ratio + "; no bounds yet";
    }

    private static String forecast(JsonNode forecast) {
        JsonNode requests = forecast.path("candidateRequestsToGo");
        JsonNode seconds = forecast.path("secondsAtCurrentTraffic");
        if (!requests.isNumber()) {
            return "how long a GO takes cannot be said yet";
        }
        return "if both sides go on so: %,d more candidate requests to GO%s"
                .formatted(
                        requests.asLong(),
                        seconds.isNumber()
                                ? ", %,d min at the present traffic"
                                        .formatted(Math.ceilDiv(seconds.asLong(), 60))
                                : "");
    }

    /** An e-value is a wager's balance: 1 at the start, and proof where it reaches its goal. */
    private static String eValue(JsonNode log) {
        return log.isNumber() ? number(Math.exp(log.asDouble())) : "0";
    }

    /** Three digits that say something. */
    static String number(double value) {
        if (value == 0 || (Math.abs(value) >= 0.001 && Math.abs(value) < 1e6)) {
            return new BigDecimal(value)
                    .round(new MathContext(3))
                    .stripTrailingZeros()
                    .toPlainString();
        }
        return String.format(Locale.ROOT, "%.2e", value);
    }
}
