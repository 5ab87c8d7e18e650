package io.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;

/** {@code sluice status}: what a person on call wants to know first, as text. */
@Command(
        name = "status",
        description = "Prints objectives, alerts and cutovers of a running server.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:answered", "2:usage", "4:the server cannot be reached"})
final class StatusCommand implements Callable<Integer> {
    @Mixin private Api api = new Api();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try {
            objectives(out, api);
            alerts(out, api.get("/api/v1/alerts").body());
            cutovers(out, api.get("/api/v1/cutovers").body());
            return 0;
        } catch (IOException e) {
            spec.commandLine().getErr().println(api.unanswered(e));
            return Api.UNREACHABLE;
        } finally {
            out.flush();
        }
    }

    /** Page by page. */
    private static void objectives(PrintWriter out, Api api)
            throws IOException, InterruptedException {
        out.printf(
                "%-22s %-12s %11s %10s %9s  %s%n",
                "SLO", "tier", "SLI", "target", "budget", "state");
        JsonNode page = api.get("/api/v1/slos").body();
        objectives(out, page);
        while (page.path("next").isTextual()) {
            page = api.get("/api/v1/slos?cursor=" + page.path("next").asText()).body();
            objectives(out, page);
        }
    }

    private static void objectives(PrintWriter out, JsonNode answer) {
        for (JsonNode slo : answer.path("slos")) {
            for (JsonNode objective : slo.path("objectives")) {
                out.printf(
                        "%-22s %-12s %11s %10s %9s  %s%n",
                        slo.path("name").asText(),
                        slo.path("tier").asText(),
                        percent(objective.path("sli"), 3),
                        percent(objective.path("target"), 3),
                        percent(objective.path("budget").path("remainingRatio"), 1),
                        objective.path("state").asText());
            }
        }
    }

    private static void alerts(PrintWriter out, JsonNode answer) {
        for (JsonNode alert : answer.path("alerts")) {
            String state = alert.path("state").asText();
            if (state.equals("FIRING") || state.equals("FROZEN")) {
                out.printf(
                        "%s %s: %s burns %sx its budget%n",
                        alert.path("severity").asText(),
                        state,
                        alert.path("slo").asText(),
                        alert.path("burnRate").asText("?"));
            }
        }
    }

    private static void cutovers(PrintWriter out, JsonNode answer) {
        for (JsonNode cutover : answer.path("cutovers")) {
            out.printf(
                    "cutover %s: %s%n",
                    cutover.path("name").asText(), cutover.path("decision").asText("no run"));
        }
    }

    private static String percent(JsonNode ratio, int digits) {
        return ratio.isNumber()
                ? ("%." + digits + "f %%").formatted(100 * ratio.asDouble())
                : "unmeasured";
    }
}
