package io.sluice.dashboard.pages;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tier;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which objectives an overview shows, as its address says it. A field that was left empty was not
 * asked.
 *
 * @param words all of them are in an objective's name, title, service or {@code key=value} labels,
 *     in any case
 */
record OverviewFilter(
        Optional<Tier> tier, Optional<Standing> standing, Optional<String> service, String words) {
    /** Shows everything. */
    static final OverviewFilter ALL =
            new OverviewFilter(Optional.empty(), Optional.empty(), Optional.empty(), "");

    private static final List<String> FIELDS = List.of("q", "service", "state", "tier");

    /**
     * Reads {@code ?tier}, {@code ?state}, {@code ?service} and {@code ?q}.
     *
     * @throws ProblemException with 400, the field and what was expected
     */
    static OverviewFilter of(Context ctx) {
        Asked.requireOnly(ctx, FIELDS);
        return new OverviewFilter(
                word(ctx, "tier", Tier.values(), OverviewFilter::key),
                word(ctx, "state", Standing.values(), Standing::shape),
                Asked.field(ctx, "service"),
                Asked.field(ctx, "q").orElse("").strip());
    }

    boolean isAll() {
        return equals(ALL);
    }

    boolean shows(Slo slo, Standing is) {
        return tier.filter(wanted -> wanted != slo.tier()).isEmpty()
                && standing.filter(wanted -> wanted != is).isEmpty()
                && service.filter(wanted -> !wanted.equals(slo.service())).isEmpty()
                && hasWords(slo);
    }

    private boolean hasWords(Slo slo) {
        if (words.isEmpty()) {
            return true;
        }
        StringBuilder text =
                new StringBuilder(slo.name())
                        .append(' ')
                        .append(slo.metadata().displayName())
                        .append(' ')
                        .append(slo.service());
        slo.metadata()
                .labels()
                .forEach(
                        (key, values) ->
                                values.forEach(
                                        value ->
                                                text.append(' ')
                                                        .append(key)
                                                        .append('=')
                                                        .append(value)));
        String lower = text.toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(words.toLowerCase(Locale.ROOT).split("\\s+"))
                .allMatch(lower::contains);
    }

    /** A tier as the address says it. */
    static String key(Tier tier) {
        return tier.name().toLowerCase(Locale.ROOT);
    }

    private static <T> Optional<T> word(
            Context ctx, String name, T[] all, Function<T, String> key) {
        Optional<String> value = Asked.field(ctx, name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Arrays.stream(all)
                        .filter(one -> key.apply(one).equals(value.get()))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        Asked.wrong(
                                                name,
                                                value.get(),
                                                Arrays.stream(all)
                                                        .map(key)
                                                        .collect(Collectors.joining(", ")))));
    }
}
