package io.sluice.dashboard.pages;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.engine.SloEngine;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.slo.Burned;
import io.sluice.engine.slo.SloStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * One SLO.
 *
 * @param promise what is promised
 * @param composite the budget that the objectives share
 * @param objectives one for most; a plot and a table for each
 */
public record SloPage(
        String name,
        String title,
        String service,
        String promise,
        Standing standing,
        String word,
        Optional<CapacityPart> capacity,
        Optional<CompositePart> composite,
        List<ObjectivePart> objectives,
        List<AlertRow> alerts,
        BurnedPart burned,
        SloBackground background,
        RangePart range) {

    /** Fewer failures than this that are left are told one by one. */
    private static final long FEW = 100;

    /**
     * One objective's part.
     *
     * @param unsure between which shares the SLI may be, where events are too few to tell whether
     *     the target is met; else empty
     * @param outlook when the budget ends at the last hour's rate; empty if not in sight
     */
    public record ObjectivePart(
            int index,
            String title,
            String indicator,
            String now,
            String target,
            String unsure,
            Bar budget,
            String spent,
            String burn,
            Text outlook,
            String coverage,
            Text counted,
            List<WindowRow> windows,
            Optional<PlotPart> budgetPlot,
            Optional<PlotPart> burnPlot,
            Optional<PlotPart> pairsPlot,
            Optional<PlotPart> eventsPlot,
            Optional<PlotPart> valuesPlot) {}

    /** The budget that the parts of a composite share. */
    public record CompositePart(Bar budget, String burn, String coverage) {}

    /** A load that was promised, which has no budget: it may never have come. */
    public record CapacityPart(String carried, String promised, Bar bar, String meaning) {}

    /**
     * A plot that a script draws.
     *
     * @param src where its numbers are
     * @param csv where they are for a spreadsheet
     * @param label what it shows, for those who do not see it
     * @param paths the same as SVG, for those who have no scripts
     */
    public record PlotPart(
            String id, String src, String csv, Text caption, String label, List<Path> paths) {}

    /** One line of a plot without scripts. */
    public record Path(String role, String d) {}

    /** One window's burn rate. */
    public record WindowRow(
            String window,
            String rate,
            boolean high,
            String bad,
            String total,
            String coverage,
            String alert) {}

    /**
     * What burned the budget.
     *
     * @param none what to say where nothing did
     * @param windows to choose from
     */
    public record BurnedPart(
            String window,
            String bad,
            String none,
            List<WindowChoice> windows,
            List<Dimension> by,
            List<ExemplarRow> exemplars) {}

    /** An entry to choose: its text, and the address of the page as it would be. */
    public record WindowChoice(String text, String address, boolean chosen) {}

    public record Dimension(String attribute, List<ShareRow> shares) {}

    /**
     * The bad events with one value of an attribute.
     *
     * @param traces the address of its bad traces
     */
    public record ShareRow(String value, String bad, String of, Bar bar, String traces) {}

    public record ExemplarRow(String traceId, Text at, String nanos, String group, String value) {}

    /** The newest are enough to look at; the API has all that are kept. */
    private static final int EXEMPLARS = 8;

    /** Windows that what burned the budget can be asked for. */
    static final Map<String, Duration> WINDOWS = TimeRange.lengths("1h", "6h", "1d", "7d");

    static SloPage of(
            SloEngine engine,
            Plots plots,
            SloPlots more,
            SloStatus status,
            String window,
            TimeRange range) {
        List<Alert> alerts =
                engine.alerts().stream()
                        .filter(alert -> alert.slo().equals(status.slo().name()))
                        .toList();
        Standing standing = Standing.of(status, alerts);
        List<ObjectivePart> objectives = new ArrayList<>();
        for (int i = 0; i < status.objectives().size(); i++) {
            objectives.add(objective(plots, more, status, i, range));
        }
        return new SloPage(
                status.slo().name(),
                status.slo().metadata().displayName(),
                status.slo().service(),
                Sentences.promise(status.slo()),
                standing,
                Sentences.word(status, standing),
                status.capacity().map(SloPage::capacity),
                status.composite().map(SloPage::composite),
                objectives,
                AlertRow.active(alerts, _ -> Optional.of(status), status.at()),
                burned(engine, status, window, range),
                SloBackground.of(engine, status),
                range(status, window, range));
    }

    private static String address(SloStatus status, String window, TimeRange range) {
        return "/slos/" + Links.segment(status.slo().name()) + "?window=" + window + range.query();
    }

    private static RangePart range(SloStatus status, String window, TimeRange range) {
        return RangePart.of(
                "Overview",
                TimeRange.LENGTHS,
                range,
                chosen -> address(status, window, chosen),
                status.at());
    }

    private static CompositePart composite(SloStatus.Composite composite) {
        return new CompositePart(
                Bar.budget(composite.remainingRatio()),
                Format.times(
                        composite.burnRates().stream()
                                .filter(burn -> burn.window().equals(Duration.ofHours(1)))
                                .findFirst()
                                .map(SloStatus.CompositeBurn::rate)
                                .orElse(OptionalDouble.empty())),
                Format.percent(composite.coverage()));
    }

    private static CapacityPart capacity(SloStatus.Capacity capacity) {
        return new CapacityPart(
                Format.count(capacity.highestProvenPerMinute()) + " /min",
                Format.count((long) capacity.target()) + " /min",
                Bar.share(
                        Math.min(capacity.highestProvenPerMinute(), (long) capacity.target()),
                        (long) capacity.target()),
                Sentences.capacity(capacity));
    }

    private static ObjectivePart objective(
            Plots plots, SloPlots more, SloStatus status, int index, TimeRange range) {
        SloStatus.ObjectiveStatus objective = status.objectives().get(index);
        SloStatus.Budget budget = objective.budget();
        OptionalDouble hour = rate(objective, Duration.ofHours(1));
        String name = status.slo().name();
        String of = " of " + status.slo().metadata().displayName();
        return new ObjectivePart(
                index,
                objective.objective().displayName(),
                Sentences.indicator(objective.objective()),
                Format.goodShare(objective.good(), objective.total()),
                Format.target(objective.objective().target()),
                unsure(objective),
                Bar.budget(budget.remainingRatio()),
                spent(budget),
                Format.times(hour),
                outlook(status, index, hour),
                Format.percent(objective.coverage()),
                Sentences.counted(status).and(Sentences.older(objective, status.at())),
                objective.burnRates().stream().map(rate -> windowRow(status, rate)).toList(),
                plots.budget(status, index, range)
                        .flatMap(
                                plot ->
                                        part(
                                                plot,
                                                "budget-" + index,
                                                plotSource(name, "budget", index, range),
                                                "Budget left",
                                                budgetSpan(status, range),
                                                of)),
                part(plots.burn(status, index, range), "burn", "Burn rate", status, index, range),
                part(
                        more.pairs(status, index, range),
                        "pairs",
                        "Each alert's burn rate, as a share of its threshold",
                        status,
                        index,
                        range),
                part(
                        more.events(status, index, range),
                        "events",
                        "Good and bad " + Sentences.counts(status.slo()),
                        status,
                        index,
                        range),
                part(plots.heat(status, index, range), "values", "Values", status, index, range));
    }

    /** One of an objective's plots; nothing for one without a single number. */
    static Optional<PlotPart> part(
            Optional<Plot> plot,
            String kind,
            String what,
            SloStatus status,
            int index,
            TimeRange range) {
        return plot.flatMap(
                found ->
                        part(
                                found,
                                kind + "-" + index,
                                plotSource(status.slo().name(), kind, index, range),
                                what,
                                range.words(Plots.BURN_SPAN, status.at()),
                                " of " + status.slo().metadata().displayName()));
    }

    private static Text outlook(SloStatus status, int index, OptionalDouble hour) {
        if (hour.isEmpty()) {
            return Text.of("nothing was measured");
        }
        Text words = Text.of(Outlook.of(status, index, hour).orElse("its end is not in sight"));
        return Outlook.end(status, index, hour)
                .map(end -> words.and(", at ").andAt(end, status.at()))
                .orElse(words);
    }

    /** The time a budget's plot shows, in words; unless somebody chose, it is the SLO's window. */
    private static Text budgetSpan(SloStatus status, TimeRange range) {
        return switch (status.slo().window()) {
            case TimeWindow.Rolling rolling -> range.words(rolling.length(), status.at());
            case TimeWindow.Calendar calendar ->
                    range.equals(TimeRange.NOT_CHOSEN)
                            ? Text.of(Sentences.window(calendar) + " so far")
                            : range.words(
                                    Duration.between(status.from(), status.at()), status.at());
        };
    }

    static String plotSource(String slo, String plot, int objective, TimeRange range) {
        return "/plots/slos/"
                + Links.segment(slo)
                + "/"
                + plot
                + "?objective="
                + objective
                + range.query();
    }

    /** Nothing for a plot without a single number. */
    static Optional<PlotPart> part(
            Plot plot, String id, String src, String what, Text when, String of) {
        if (plot.hasNoNumbers()) {
            return Optional.empty();
        }
        List<Path> paths = new ArrayList<>();
        List<String> lines = plot.paths();
        for (int i = 0; i < lines.size(); i++) {
            paths.add(new Path(plot.series().get(i).role(), lines.get(i)));
        }
        Text caption = when.isEmpty() ? Text.of(what) : Text.of(what + ", ").and(when);
        return Optional.of(
                new PlotPart(
                        id,
                        src,
                        src + (src.contains("?") ? "&" : "?") + "format=csv",
                        caption,
                        caption.toString() + of,
                        paths));
    }

    private static OptionalDouble rate(SloStatus.ObjectiveStatus objective, Duration window) {
        return objective.burnRates().stream()
                .filter(rate -> rate.window().equals(window))
                .findFirst()
                .map(SloStatus.BurnRate::rate)
                .orElse(OptionalDouble.empty());
    }

    private static String spent(SloStatus.Budget budget) {
        if (budget.remainingRatio().isEmpty()) {
            return "nothing was measured";
        }
        return Format.count(Math.round(budget.consumed()))
                + " bad of "
                + Format.count((long) budget.allowed())
                + " allowed"
                + left(budget);
    }

    /** Where each one counts, how many are left. */
    private static String left(SloStatus.Budget budget) {
        long left = budget.failuresLeft().orElse(0);
        if (left >= FEW || budget.remainingRatio().orElse(0) <= 0) {
            return "";
        }
        return left == 0
                ? "; the next one spends it"
                : "; " + Format.count(left) + " more until it is spent";
    }

    private static String unsure(SloStatus.ObjectiveStatus objective) {
        return objective
                .interval()
                .filter(likely -> likely.contains(objective.objective().target().doubleValue()))
                .map(
                        likely ->
                                Format.goodShare(likely.low())
                                        + " to "
                                        + Format.goodShare(likely.high()))
                .orElse("");
    }

    private static WindowRow windowRow(SloStatus status, SloStatus.BurnRate rate) {
        return new WindowRow(
                Format.duration(rate.window()),
                Format.times(rate.rate()),
                reachesAlert(status, rate),
                Format.count(rate.bad()),
                Format.count(rate.total()),
                Format.percent(rate.coverage()),
                alertOn(status, rate.window()));
    }

    private static boolean reachesAlert(SloStatus status, SloStatus.BurnRate rate) {
        return conditionsOn(status, rate.window()).stream()
                .anyMatch(condition -> rate.rate().orElse(0) >= condition.threshold());
    }

    private static List<AlertPolicy.AlertCondition> conditionsOn(
            SloStatus status, Duration window) {
        return status.slo().alertPolicies().stream()
                .flatMap(policy -> policy.conditions().stream())
                .filter(
                        condition ->
                                condition.longWindow().equals(window)
                                        || condition.shortWindow().equals(window))
                .toList();
    }

    /** Which alert's long or short window this is. */
    private static String alertOn(SloStatus status, Duration window) {
        return conditionsOn(status, window).stream()
                .map(
                        condition ->
                                (condition.severity() == AlertPolicy.Severity.PAGE
                                                ? "pages at "
                                                : "ticket at ")
                                        + Format.exactTimes(condition.threshold()))
                .collect(Collectors.joining(", "));
    }

    private static BurnedPart burned(
            SloEngine engine, SloStatus status, String window, TimeRange range) {
        Duration length = WINDOWS.getOrDefault(window, Duration.ofHours(1));
        Optional<Burned> burned = engine.burned(status.slo().name(), length);
        Map<String, List<ShareRow>> by = new LinkedHashMap<>();
        long bad = burned.map(Burned::bad).orElse(0L);
        String unit = Sentences.unit(status.objectives().getFirst().objective().indicator());
        burned.map(Burned::shares)
                .orElse(List.of())
                .forEach(
                        share ->
                                by.computeIfAbsent(share.attribute(), _ -> new ArrayList<>())
                                        .add(
                                                new ShareRow(
                                                        share.value(),
                                                        Format.count(share.bad()),
                                                        share.total() > 0
                                                                ? "of "
                                                                        + Format.count(
                                                                                share.total())
                                                                : "",
                                                        Bar.share(share.bad(), bad),
                                                        traces(status, share, window))));
        List<Dimension> dimensions = new ArrayList<>();
        by.forEach((attribute, shares) -> dimensions.add(new Dimension(attribute, shares)));
        return new BurnedPart(
                Format.duration(length),
                Format.count(bad),
                (isUnmeasured(status, length) ? "Nothing was measured" : "No bad events")
                        + " in the last "
                        + Format.duration(length)
                        + ".",
                WINDOWS.entrySet().stream()
                        .map(
                                choice ->
                                        new WindowChoice(
                                                Format.duration(choice.getValue()),
                                                address(status, choice.getKey(), range),
                                                choice.getValue().equals(length)))
                        .toList(),
                dimensions,
                burned.map(Burned::exemplars).orElse(List.of()).stream()
                        .limit(EXEMPLARS)
                        .map(exemplar -> exemplar(exemplar, unit, status.at()))
                        .toList());
    }

    /** As far as burn rates tell; not every time has one. */
    private static boolean isUnmeasured(SloStatus status, Duration window) {
        List<SloStatus.BurnRate> rates =
                status.objectives().stream()
                        .flatMap(objective -> objective.burnRates().stream())
                        .filter(rate -> rate.window().equals(window))
                        .toList();
        return !rates.isEmpty() && rates.stream().allMatch(rate -> rate.total() == 0);
    }

    /** Groups and sides have fields of their own; any other attribute is looked for by name. */
    private static String traces(SloStatus status, Burned.Share share, String window) {
        String slo = status.slo().name();
        if (share.total() == 0) {
            return TraceForm.ofAttribute(slo, share.attribute(), share.value(), window);
        }
        return share.attribute().equals("side")
                ? TraceForm.ofSide(slo, share.value(), window)
                : TraceForm.ofRoute(slo, share.value(), window);
    }

    private static ExemplarRow exemplar(Extract.Exemplar exemplar, String unit, Instant now) {
        Instant at = Instant.ofEpochSecond(0, exemplar.timeNanos());
        return new ExemplarRow(
                exemplar.traceId(),
                Text.at(at, now),
                at.toString(),
                exemplar.group(),
                Double.isNaN(exemplar.value())
                        ? ""
                        : (Format.value(exemplar.value()) + " " + unit).strip());
    }
}
