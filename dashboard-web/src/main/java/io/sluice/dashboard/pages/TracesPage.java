package io.sluice.dashboard.pages;

import io.sluice.dashboard.http.ProblemException;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.engine.SloEngine;
import io.sluice.engine.TraceReader;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.slo.Burned;
import io.sluice.engine.slo.SloStatus;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Traces that spent budget, or a sample of those that did not.
 *
 * @param slos to choose from
 * @param sentence what is shown, or why nothing is
 * @param valueUnit of the column of values; empty where events have none
 * @param hasValues whether the SLO judges a value
 * @param further the address of the rest of this page, which an open page asks for by itself: the
 *     log is looked through bit by bit, so that nobody waits for all of it; empty if this is all
 * @param older the address of the next page; empty if there is none
 */
public record TracesPage(
        List<Choice> slos,
        List<Choice> outcomes,
        List<Choice> sides,
        List<Choice> windows,
        String route,
        List<String> routes,
        String attribute,
        List<String> attributes,
        String value,
        String min,
        String to,
        String sentence,
        boolean hasValues,
        String valueUnit,
        List<Row> rows,
        String further,
        String older) {

    /** One entry of a list to choose from. */
    public record Choice(String value, String text, boolean chosen) {}

    /**
     * One trace.
     *
     * @param at for its address
     */
    public record Row(String traceId, String at, Text when, String group, String value) {}

    /** About two screens; older ones are a link away. */
    static final int ON_A_PAGE = 50;

    /** A tenth of a second's work or two; an SLO that spends little would keep one waiting else. */
    private static final long AT_A_TIME = 8L << 20;

    private static final int ROUTES_TO_SUGGEST = 50;

    static TracesPage of(SloEngine engine, TraceReader traces, TraceForm form) {
        List<SloStatus> slos = engine.slos();
        if (slos.isEmpty()) {
            return empty(form);
        }
        SloStatus chosen = chosen(slos, engine.alerts(), form.slo());
        String name = chosen.slo().name();
        Instant to = form.to().orElse(engine.now());
        Optional<TraceReader.Found> found =
                engine.counted(name, form.side())
                        .flatMap(counted -> narrowed(counted, form))
                        .map(counted -> traces.find(query(form, counted, to)));
        List<Row> rows =
                found.map(TraceReader.Found::traces).orElse(List.of()).stream()
                        .map(hit -> row(hit, to))
                        .toList();
        int all = form.found() + rows.size();
        OptionalLong next = found.map(TraceReader.Found::before).orElse(OptionalLong.empty());
        Indicator indicator = chosen.objectives().getFirst().objective().indicator();
        List<Burned.Share> shares =
                engine.burned(name, form.length()).map(Burned::shares).orElse(List.of());
        return new TracesPage(
                slos.stream()
                        .map(
                                status ->
                                        new Choice(
                                                status.slo().name(),
                                                status.slo().metadata().displayName(),
                                                status.equals(chosen)))
                        .toList(),
                List.of(
                        new Choice("bad", "Spent budget", !form.isGood()),
                        new Choice("good", "Good, one in a hundred", form.isGood())),
                List.of(
                        new Choice("", "Both sides", form.side().isEmpty()),
                        new Choice("baseline", "Legacy", isSide(form, "baseline")),
                        new Choice("candidate", "Platform", isSide(form, "candidate"))),
                windows(form),
                form.route().orElse(""),
                routes(shares),
                form.attribute().orElse(""),
                attributes(shares),
                form.value().orElse(""),
                form.atLeast().isPresent() ? Format.value(form.atLeast().getAsDouble()) : "",
                form.to().map(Instant::toString).orElse(""),
                sentence(form, chosen, found, all),
                indicator instanceof Indicator.Threshold,
                Sentences.unit(indicator),
                rows,
                next.isPresent() && all < ON_A_PAGE
                        ? form.further(name, to, next.getAsLong(), all)
                        : "",
                next.isPresent() && all >= ON_A_PAGE ? form.older(name, to, next.getAsLong()) : "");
    }

    private static TracesPage empty(TraceForm form) {
        return new TracesPage(
                List.of(),
                List.of(),
                List.of(),
                windows(form),
                "",
                List.of(),
                "",
                List.of(),
                "",
                "",
                "",
                "No definitions are loaded, so no event is good or bad.",
                false,
                "",
                List.of(),
                "",
                "");
    }

    /**
     * Asked for by name; or what fires, if single events spend its budget: minutes that do have no
     * traces to show.
     */
    private static SloStatus chosen(
            List<SloStatus> slos, List<Alert> alerts, Optional<String> asked) {
        if (asked.isPresent()) {
            return slos.stream()
                    .filter(status -> status.slo().name().equals(asked.get()))
                    .findFirst()
                    .orElseThrow(() -> ProblemException.notFound("SLO", asked.get()));
        }
        Set<String> firing =
                alerts.stream().filter(Alert::active).map(Alert::slo).collect(Collectors.toSet());
        return slos.stream()
                .min(
                        Comparator.comparing(
                                        (SloStatus status) ->
                                                status.slo().method()
                                                        != BudgetingMethod.OCCURRENCES)
                                .thenComparing(status -> !firing.contains(status.slo().name())))
                .orElseThrow();
    }

    private static TraceReader.Query query(
            TraceForm form, TraceReader.Counted counted, Instant to) {
        return new TraceReader.Query(
                counted,
                form.outcome(),
                form.route(),
                form.atLeast(),
                to.minus(form.length()),
                to,
                ON_A_PAGE - form.found(),
                AT_A_TIME,
                form.before());
    }

    /** Empty where the source takes no conditions, and has no traces either. */
    private static Optional<TraceReader.Counted> narrowed(
            TraceReader.Counted counted, TraceForm form) {
        if (form.attribute().isEmpty()) {
            return Optional.of(counted);
        }
        boolean opaque =
                counted.measure().taps().stream()
                        .anyMatch(tap -> tap.source() instanceof EventSource.Opaque);
        return opaque
                ? Optional.empty()
                : Optional.of(
                        counted.where(
                                new Condition.In(
                                        form.attribute().get(),
                                        List.of(form.value().orElseThrow()))));
    }

    /** Attributes that its bad events are counted by, which are worth a look first. */
    private static List<String> attributes(List<Burned.Share> shares) {
        return shares.stream()
                .filter(share -> share.total() == 0)
                .map(Burned.Share::attribute)
                .distinct()
                .toList();
    }

    private static boolean isSide(TraceForm form, String side) {
        return form.side().filter(side::equals).isPresent();
    }

    private static List<Choice> windows(TraceForm form) {
        return SloPage.WINDOWS.entrySet().stream()
                .map(
                        window ->
                                new Choice(
                                        window.getKey(),
                                        "Last " + Format.duration(window.getValue()),
                                        window.getKey().equals(form.window())))
                .toList();
    }

    /** Groups with bad events; a total is known for groups only, and not for other attributes. */
    private static List<String> routes(List<Burned.Share> shares) {
        return shares.stream()
                .filter(share -> share.total() > 0)
                .map(Burned.Share::value)
                .distinct()
                .limit(ROUTES_TO_SUGGEST)
                .toList();
    }

    private static String sentence(
            TraceForm form, SloStatus slo, Optional<TraceReader.Found> found, int rows) {
        String name = slo.slo().metadata().displayName();
        if (found.isEmpty()) {
            return form.side().isPresent()
                    ? "No cutover compares what " + name + " counts, so it has no sides."
                    : "What " + name + " counts has no attributes to look for.";
        }
        String what = form.isGood() ? "sampled good " : "";
        String traces = rows == 1 ? what + "trace" : what + "traces";
        if (rows > 0) {
            return Format.count(rows)
                    + " "
                    + traces
                    + (form.isGood() ? " of " : " that spent budget of ")
                    + name
                    + (rows == 1 ? "." : ", newest first.");
        }
        return found.get().before().isPresent()
                ? "None yet; older records of the log follow."
                : "The log holds no such trace.";
    }

    private static Row row(TraceReader.Hit hit, Instant now) {
        return new Row(
                hit.traceId(),
                hit.at().toString(),
                Text.at(hit.at(), now),
                hit.group(),
                Double.isNaN(hit.value()) ? "" : Format.value(hit.value()));
    }
}
