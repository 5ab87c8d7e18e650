package io.sluice.dashboard.api;

import io.javalin.http.Context;
import io.sluice.dashboard.openapi.Query;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * A list, page by page. A page ends with a cursor that says after what it goes on, by the item's
 * place in the list's order and not by its number: what comes or goes meanwhile makes no other item
 * be missed or told twice.
 */
final class Paging {
    /** Most items in one page. */
    private static final int MAX_ITEMS = 1_000;

    static final Query<Integer> LIMIT =
            Query.integer("limit", 1, MAX_ITEMS)
                    .unlessGiven(MAX_ITEMS)
                    .says("Most items in the answer.");
    static final Query<String> CURSOR =
            Query.cursor("cursor").says("Goes on where a page ended: its member `next`.");

    private Paging() {}

    /**
     * Some of a list.
     *
     * @param next where the next page begins; null if this is the last
     */
    record Page<T>(List<T> items, @Nullable String next) {
        <V> List<V> map(Function<T, V> view) {
            return items.stream().map(view).toList();
        }
    }

    /**
     * The page that is asked for, in the order of places.
     *
     * @param place where an item stands in the list's order, its like only once
     */
    static <T> Page<T> of(Context ctx, List<T> all, Function<T, String> place) {
        return of(ctx, all, place, LIMIT.get(ctx));
    }

    /** The same, with a limit that the operation has by itself. */
    static <T> Page<T> of(Context ctx, List<T> all, Function<T, String> place, int limit) {
        String after = CURSOR.find(ctx).orElse("");
        List<Map.Entry<String, T>> rest =
                all.stream()
                        .map(item -> Map.entry(place.apply(item), item))
                        .filter(item -> item.getKey().compareTo(after) > 0)
                        .sorted(Comparator.comparing(Map.Entry::getKey))
                        .limit(limit + 1L)
                        .toList();
        boolean more = rest.size() > limit;
        List<Map.Entry<String, T>> page = more ? rest.subList(0, limit) : rest;
        return new Page<>(
                page.stream().map(Map.Entry::getValue).toList(),
                more ? Query.cursorOf(page.getLast().getKey()) : null);
    }

    /** A place in an order by time, newest first. */
    static String newestFirst(Instant at) {
        return highestFirst(at.toEpochMilli());
    }

    /** A place in an order by number, the highest first. */
    static String highestFirst(long number) {
        return String.format(Locale.ROOT, "%019d", Long.MAX_VALUE - number);
    }

    /** A place in an order by time, oldest first. */
    static String oldestFirst(Instant at) {
        return String.format(Locale.ROOT, "%019d", at.toEpochMilli());
    }
}
