package io.sluice.dashboard.pages;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Titles as parts of addresses: {@code Page load time (P99)} is {@code page-load-time-p99}. */
final class Slugs {
    private Slugs() {}

    /** One for each title, in their order; those of alike titles have a number behind them. */
    static List<String> of(Collection<String> titles) {
        Set<String> slugs = new LinkedHashSet<>();
        for (String title : titles) {
            String slug = slug(title);
            for (int i = 2; !slugs.add(slug); i++) {
                slug = slug(title) + "-" + i;
            }
        }
        return List.copyOf(slugs);
    }

    /** Letters and digits of any script, with hyphens for whatever is between them. */
    private static String slug(String title) {
        String slug =
                title.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{M}\\p{N}]+", "-")
                        .replaceAll("^-|-$", "");
        return slug.isEmpty() ? "row" : slug;
    }
}
