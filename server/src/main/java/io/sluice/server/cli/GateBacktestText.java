package io.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.util.Locale;

/** What a cutover's gate would have said, for people. */
final class GateBacktestText {
    private GateBacktestText() {}

    static void print(JsonNode answer, PrintWriter out) {
        out.printf(
                "%s, %s to %s, %s%n",
                answer.path("cutover").asText(),
                answer.path("from").asText(),
                answer.path("to").asText(),
                answer.path("run").isNull()
                        ? "steps read off the traffic"
                        : "steps of run " + answer.path("run").asText());
        if (answer.path("verdicts").isEmpty()) {
            out.println("  the gate would have held all the time");
        }
        for (JsonNode verdict : answer.path("verdicts")) {
            long seconds = verdict.path("secondsAfterStep").asLong();
            out.printf(
                    "  %s  %s at %s, in minute %d of step %d%n",
                    verdict.path("at").asText(),
                    verdict.path("decision").asText(),
                    percent(verdict.path("step").path("candidateShare").asDouble()),
                    1 + seconds / 60,
                    verdict.path("step").path("index").asInt());
            for (JsonNode reason : verdict.path("reasons")) {
                out.printf(
                        "      %s: %s%n",
                        reason.path("code").asText(), reason.path("text").asText());
            }
        }
        out.println("the baseline against itself:");
        for (JsonNode replay : answer.path("replays")) {
            out.printf(
                    "  step %d, %s, NO_GO x%s: %s%n",
                    replay.path("step").asInt(),
                    percent(replay.path("share").asDouble()),
                    replay.path("noGoMargin").asText(),
                    wrong(replay));
        }
        for (JsonNode drift : answer.path("drifts")) {
            out.printf(
                    Locale.ROOT,
                    "  %s drifts by up to x%.2f from hour to hour, by %d hours%n",
                    drift.path("metric").asText(),
                    drift.path("factor").asDouble(),
                    drift.path("hours").asInt());
        }
        for (JsonNode refusal : answer.path("refusals")) {
            out.println("refused: " + refusal.asText());
        }
    }

    private static String wrong(JsonNode replay) {
        int hours = replay.path("hours").asInt();
        return hours == 0
                ? "no hour with events enough"
                : "NO_GO in %d of %d hours (%s, between %s and %s), GO in %d"
                        .formatted(
                                replay.path("noGo").asInt(),
                                hours,
                                percent(replay.path("rate").asDouble()),
                                percent(replay.path("low95").asDouble()),
                                percent(replay.path("high95").asDouble()),
                                replay.path("go").asInt());
    }

    private static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * ratio);
    }
}
