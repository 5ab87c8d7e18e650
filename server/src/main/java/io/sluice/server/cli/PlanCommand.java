package io.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.server.plan.FieldChange;
import io.sluice.server.plan.Plan;
import io.sluice.server.plan.Plan.How;
import io.sluice.server.plan.Plan.ObjectChange;
import io.sluice.server.report.Counted;
import io.sluice.server.report.ProblemJson;
import io.sluice.server.report.ProblemText;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code sluice plan}: what a running server would change with these files. */
@Command(
        name = "plan",
        description = {
            "Compares definition files with those in force on a running server.",
            "Give it all that the server's folder holds: what is missing counts as removed."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the server has the same definitions",
            "1:the files have problems",
            "2:usage, or the server refuses to tell",
            "3:there are changes",
            "4:the server cannot be reached"
        })
final class PlanCommand implements Callable<Integer> {
    private static final int SAME = 0;
    private static final int PROBLEMS = 1;
    private static final int USAGE = 2;
    private static final int CHANGES = 3;

    /** Whom the output is for. */
    private enum Format {
        text,
        json
    }

    /**
     * What {@code --format json} prints. Members are only ever added.
     *
     * @param changes whether anything differs but the files' texts
     * @param inForce the digest of the server's files
     * @param digest of these files, absent where they have errors, as is all that is compared
     * @param outlook what the server's data says, absent where nothing changes
     * @param serverProblems how many keep a newer set of the server's own folder from being in
     *     force
     */
    private record Answer(
            int version,
            boolean changes,
            String inForce,
            @Nullable String digest,
            int serverProblems,
            List<Change> objects,
            @Nullable SeriesChange series,
            @Nullable PlanOutlook outlook,
            List<ProblemJson> problems) {}

    private record Change(String change, String kind, String name, List<FieldChange> fields) {}

    private record SeriesChange(long kept, List<Plan.Series> anew, List<Plan.Series> dropped) {}

    /** The server's answer. */
    private record InForce(DefinitionSet set, int problems) {}

    @Mixin private DefinitionPaths paths = new DefinitionPaths();

    @Mixin private Api api = new Api();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "${COMPLETION-CANDIDATES}: for people or for programs (default: ${DEFAULT-VALUE})")
    private Format format = Format.text;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        Loaded loaded = new DefinitionLoader().load(paths.readable());
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Api.Answer answer;
        try {
            answer = api.get("/api/v1/definitions");
        } catch (IOException e) {
            err.println(api.unanswered(e));
            return Api.UNREACHABLE;
        }
        if (answer.status() != 200) {
            JsonNode body = answer.body();
            err.println(
                    "%s answered %d: %s"
                            .formatted(
                                    api.url(),
                                    answer.status(),
                                    body.path("detail").asText(body.path("title").asText(""))));
            return Api.exitCode(answer.status(), USAGE);
        }
        Loaded inForce = new DefinitionLoader().loadSources(files(answer.body()));
        if (inForce.definitions().isEmpty()) {
            err.println(
                    api.url()
                            + " has definitions in force that this version of sluice cannot read: "
                            + inForce.problems().getFirst());
            return USAGE;
        }
        InForce there =
                new InForce(inForce.definitions().get(), answer.body().path("problems").size());
        int code = format == Format.json ? json(out, loaded, there) : text(out, loaded, there);
        out.flush();
        return code;
    }

    private static List<SourceFile> files(JsonNode body) {
        List<SourceFile> files = new ArrayList<>();
        for (JsonNode file : body.path("files")) {
            files.add(new SourceFile(file.path("path").asText(), file.path("text").asText()));
        }
        return files;
    }

    private int json(PrintWriter out, Loaded loaded, InForce there) throws InterruptedException {
        Plan plan =
                loaded.definitions().map(wanted -> Plan.between(there.set(), wanted)).orElse(null);
        Output.json(
                out,
                new Answer(
                        1,
                        plan != null && !plan.isEmpty(),
                        there.set().digest(),
                        loaded.definitions().map(DefinitionSet::digest).orElse(null),
                        there.problems(),
                        plan == null
                                ? List.of()
                                : plan.objects().stream()
                                        .map(
                                                c ->
                                                        new Change(
                                                                word(c.how()),
                                                                kind(c.kind()),
                                                                c.name(),
                                                                c.fields()))
                                        .toList(),
                        plan == null
                                ? null
                                : new SeriesChange(plan.kept(), plan.anew(), plan.dropped()),
                        plan == null || plan.isEmpty()
                                ? null
                                : PlanOutlook.ask(api, plan, loaded.definitions().orElseThrow()),
                        ProblemJson.of(loaded.problems())));
        return plan == null ? PROBLEMS : plan.isEmpty() ? SAME : CHANGES;
    }

    private int text(PrintWriter out, Loaded loaded, InForce there) throws InterruptedException {
        new ProblemText(spec.commandLine().getColorScheme().ansi()).print(loaded.problems(), out);
        if (there.problems() > 0) {
            out.println(
                    "the server itself holds back a newer set with "
                            + Counted.counted(there.problems(), "problem")
                            + "; see "
                            + api.url().resolve("/definitions"));
        }
        if (loaded.definitions().isEmpty()) {
            out.println("not valid: " + Counted.of(loaded.problems()).inWords());
            return PROBLEMS;
        }
        DefinitionSet wanted = loaded.definitions().get();
        Plan plan = Plan.between(there.set(), wanted);
        if (plan.isEmpty()) {
            out.println(
                    wanted.digest().equals(there.set().digest())
                            ? "no changes: the server has the same files"
                            : "no changes: files differ in comments, layout or place only");
            return SAME;
        }
        plan.objects().forEach(change -> print(change, out));
        out.println(
                "series: %d kept, %d folded anew from the log, %d no longer counted"
                        .formatted(plan.kept(), plan.anew().size(), plan.dropped().size()));
        plan.anew().forEach(series -> print("anew", series, out));
        plan.dropped().forEach(series -> print("gone", series, out));
        print(PlanOutlook.ask(api, plan, wanted), out);
        out.println(
                "changes: %d added, %d changed, %d removed"
                        .formatted(
                                plan.count(How.ADDED),
                                plan.count(How.CHANGED),
                                plan.count(How.REMOVED)));
        return CHANGES;
    }

    private static void print(ObjectChange change, PrintWriter out) {
        String sign =
                switch (change.how()) {
                    case ADDED -> "+";
                    case CHANGED -> "~";
                    case REMOVED -> "-";
                };
        out.println(sign + " " + kind(change.kind()) + " " + change.name());
        for (FieldChange field : change.fields()) {
            out.println(
                    "    " + field.path() + ": " + or(field.before()) + " → " + or(field.after()));
        }
    }

    private static void print(String becomes, Plan.Series series, PrintWriter out) {
        out.println("  " + becomes + " " + series.id() + " " + String.join(", ", series.uses()));
    }

    private static void print(PlanOutlook outlook, PrintWriter out) {
        for (PlanOutlook.Firing firing : outlook.wouldAlert()) {
            out.println(
                    "would fire now: %s %s%s"
                            .formatted(
                                    firing.severity(),
                                    firing.alert(),
                                    firing.already() ? ", as it does already" : ""));
        }
        for (PlanOutlook.Lint lint : outlook.lints()) {
            out.println("at this traffic: " + lint.where() + ": " + lint.says());
        }
        for (PlanOutlook.NotJudged one : outlook.notJudged()) {
            out.println(
                    "its traffic is not known: %s objectives[%d]: %s"
                            .formatted(one.slo(), one.objective(), one.reason()));
        }
        outlook.notTold().forEach(reason -> out.println("the server does not say " + reason));
    }

    private static String or(String text) {
        return text.isEmpty() ? "none" : text;
    }

    private static String word(How how) {
        return how.name().toLowerCase(Locale.ROOT);
    }

    /** The kind's word in the files; a kind that is new here is told as the model has it. */
    private static String kind(String component) {
        return switch (component) {
            case "services" -> "Service";
            case "dataSources" -> "DataSource";
            case "slis" -> "SLI";
            case "slos" -> "SLO";
            case "notificationTargets" -> "AlertNotificationTarget";
            case "alertPolicies" -> "AlertPolicy";
            case "cutovers" -> "Cutover";
            case "resultsTables" -> "Results";
            case "migrations" -> "Migration";
            case "journeys" -> "Journey";
            case "syntheticChecks" -> "SyntheticCheck";
            case "exclusions" -> "Exclusion";
            default -> component;
        };
    }
}
