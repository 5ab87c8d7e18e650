package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;
import static io.sluice.dashboard.openapi.Operation.post;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.openapi.Query;
import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Problem;
import io.sluice.engine.SloEngine;
import io.sluice.engine.alert.Incident;
import io.sluice.engine.backtest.Backtest;
import io.sluice.engine.cutover.GateBacktest;
import io.sluice.engine.time.Interval;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Backtests: of what is in force, and of files beside it. */
final class BacktestRoutes {
    private static final Duration DEFAULT_RANGE = Duration.ofDays(7);

    private static final Duration DEFAULT_GATE_RANGE = Duration.ofDays(3);

    /** Most incidents in one request. */
    private static final int MAX_INCIDENTS = 1_000;

    private static final Query<String> SLO =
            Query.text("slo").says("Only this one; all of them unless given.");
    private static final Query<Instant> FROM =
            Query.instant("from").says("7 days before ?to unless given; at most 92.");
    private static final Query<Instant> TO = Query.instant("to").says("Now unless given.");

    private final SloEngine engine;

    BacktestRoutes(SloEngine engine) {
        this.engine = engine;
    }

    List<Operation> operations() {
        return List.of(
                get(
                                "/backtest",
                                "backtest",
                                "What the alert policies in force would have told on stored"
                                        + " history, looked at the end of every bucket that is"
                                        + " kept")
                        .takes(SLO, FROM, TO)
                        .answers(BacktestView.Page.class, this::ofInForce),
                post(
                                "/backtest",
                                "compareBacktests",
                                "The same, with incidents that should have been told, and beside"
                                        + " it what the given definition files would have told")
                        .reads(Bodies.Backtest.class)
                        .answers(BacktestView.Page.class, this::compared),
                post(
                                "/cutovers/{name}/backtest",
                                "backtestGate",
                                "What the gate would have said on stored history of up to 10 days"
                                        + " (the last 3 unless said otherwise), and how often it"
                                        + " is wrong about the baseline alone")
                        .reads(Bodies.GateBacktest.class)
                        .answers(GateBacktestView.class, this::ofGate));
    }

    /** What is in force, held against the incidents that users have marked. */
    private BacktestView.Page ofInForce(Context ctx) {
        Instant to = TO.find(ctx).orElseGet(engine::now);
        Instant from = FROM.find(ctx).orElseGet(() -> to.minus(DEFAULT_RANGE));
        return answer(
                SLO.find(ctx), range(FROM.where(), from, to), missed(from, to), Optional.empty());
    }

    /** The same, with incidents, and the files to be compared. */
    private BacktestView.Page compared(Context ctx, Bodies.Backtest body) {
        Instant to = Params.optionalInstant("$.to", body.to()).orElseGet(engine::now);
        Instant from =
                Params.optionalInstant("$.from", body.from())
                        .orElseGet(() -> to.minus(DEFAULT_RANGE));
        return answer(
                Optional.ofNullable(body.slo()),
                range("$.from", from, to),
                body.incidents() == null ? missed(from, to) : incidents(body.incidents()),
                candidate(body.files()));
    }

    private GateBacktestView ofGate(Context ctx, Bodies.GateBacktest body) {
        String cutover = ctx.pathParam("name");
        Instant now = engine.now();
        Instant to = Params.optionalInstant("$.to", body.to()).orElse(now);
        Instant from =
                Params.optionalInstant("$.from", body.from())
                        .orElseGet(() -> to.minus(DEFAULT_GATE_RANGE));
        if (!from.isBefore(to) || from.isBefore(now.minus(GateBacktest.LONGEST))) {
            throw ProblemException.badRequest(
                    "$.from",
                    "it is " + from + ", and the end is " + to,
                    "a time before the end, at most "
                            + GateBacktest.LONGEST.toDays()
                            + " days ago");
        }
        return engine.gateBacktest(cutover, new Interval(from, to))
                .map(GateBacktestView::of)
                .orElseThrow(() -> ProblemException.notFound("cutover", cutover));
    }

    private BacktestView.Page answer(
            Optional<String> slo,
            Interval range,
            List<Interval> incidents,
            Optional<DefinitionSet> candidate) {
        DefinitionSet inForce = engine.definitions();
        if (slo.isPresent()
                && !inForce.slos().containsKey(slo.get())
                && candidate.filter(set -> set.slos().containsKey(slo.get())).isEmpty()) {
            throw ProblemException.notFound("SLO", slo.get());
        }
        return new BacktestView.Page(
                range.from(),
                range.to(),
                report(inForce, slo, range, incidents),
                Views.orNull(candidate.map(set -> report(set, slo, range, incidents))));
    }

    private BacktestView.Report report(
            DefinitionSet set, Optional<String> slo, Interval range, List<Interval> incidents) {
        return BacktestView.Report.of(engine.backtest(set, slo, range, incidents));
    }

    private static Interval range(String where, Instant from, Instant to) {
        if (!from.isBefore(to) || Duration.between(from, to).compareTo(Backtest.LONGEST) > 0) {
            throw ProblemException.badRequest(
                    where,
                    "it is " + from + ", and the end is " + to,
                    "a time before the end, by at most " + Backtest.LONGEST.toDays() + " days");
        }
        return new Interval(from, to);
    }

    /** What users have marked. */
    private List<Interval> missed(Instant from, Instant to) {
        return engine.incidents(from, to).stream()
                .filter(Incident::missed)
                .map(incident -> new Interval(incident.beganAt(), incident.resolvedAt().orElse(to)))
                .toList();
    }

    private static List<Interval> incidents(List<Bodies.Incident> given) {
        if (given.size() > MAX_INCIDENTS) {
            throw ProblemException.badRequest(
                    "$.incidents", "these are " + given.size(), "at most " + MAX_INCIDENTS);
        }
        List<Interval> incidents = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            String where = "$.incidents[" + i + "]";
            Bodies.Incident incident = given.get(i);
            Instant from = Params.instant(where + ".from", incident.from());
            Instant to = Params.instant(where + ".to", incident.to());
            if (!from.isBefore(to)) {
                throw ProblemException.badRequest(
                        where + ".to", "it is not after " + from, "the end of the incident");
            }
            incidents.add(new Interval(from, to));
        }
        return incidents;
    }

    /** A definition set that was sent as files. */
    static Optional<DefinitionSet> candidate(@Nullable List<Bodies.DefinitionFile> files) {
        if (files == null) {
            return Optional.empty();
        }
        List<SourceFile> sources = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            String path = Params.text("$.files[" + i + "].path", files.get(i).path());
            String text = files.get(i).text();
            sources.add(new SourceFile(path, text == null ? "" : text));
        }
        Loaded loaded = new DefinitionLoader().loadSources(sources);
        if (loaded.definitions().isEmpty()) {
            throw ProblemException.badRequest(
                    "$.files",
                    "the definitions have problems, of which the first is: "
                            + loaded.problems().stream()
                                    .filter(p -> p.severity() == Problem.Severity.ERROR)
                                    .findFirst()
                                    .map(Problem::toString)
                                    .orElse("objects are referred to that were not given"),
                    "files that `sluice validate` finds valid");
        }
        return loaded.definitions();
    }
}
