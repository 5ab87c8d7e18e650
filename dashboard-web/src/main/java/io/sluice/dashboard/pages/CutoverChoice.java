package io.sluice.dashboard.pages;

import io.javalin.http.Context;
import io.sluice.definitions.model.Cutover;
import io.sluice.engine.cutover.CutoverStatus;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a reader chose to see of a cutover, as its address says it.
 *
 * @param route whose values are shown: a group that events are stratified by; empty for all
 */
record CutoverChoice(TimeRange range, Optional<String> route) {
    /** More than a person chooses from; the address takes the others, too. */
    private static final int MOST_ROUTES = 24;

    /** Reads {@code ?range}, {@code ?to} and {@code ?route}. */
    static CutoverChoice of(Context ctx) {
        return new CutoverChoice(TimeRange.of(ctx, TimeRange.SHORT), Asked.field(ctx, "route"));
    }

    /** The same at another time. */
    CutoverChoice showing(TimeRange other) {
        return new CutoverChoice(other, route);
    }

    String address(Cutover cutover) {
        return Links.asked(
                "/cutovers/" + Links.segment(cutover.name()), range.query() + routeQuery());
    }

    /** As a part of an address, or nothing. */
    String routeQuery() {
        return route.map(one -> "&route=" + Links.segment(one)).orElse("");
    }

    /** Whose values there are to choose from; empty where that is no choice. */
    List<SloPage.WindowChoice> routes(CutoverStatus status) {
        if (status.groups().size() < 2 && route.isEmpty()) {
            return List.of();
        }
        List<SloPage.WindowChoice> choices = new ArrayList<>();
        choices.add(choice(status, "All", Optional.empty()));
        Stream.concat(status.groups().stream().limit(MOST_ROUTES), route.stream())
                .distinct()
                .forEach(group -> choices.add(choice(status, group, Optional.of(group))));
        return choices;
    }

    private SloPage.WindowChoice choice(
            CutoverStatus status, String text, Optional<String> chosen) {
        return new SloPage.WindowChoice(
                text,
                new CutoverChoice(range, chosen).address(status.cutover()),
                chosen.equals(route));
    }
}
