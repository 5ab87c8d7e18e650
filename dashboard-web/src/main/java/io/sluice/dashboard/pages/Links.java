package io.sluice.dashboard.pages;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Names in addresses. */
public final class Links {
    private Links() {}

    /** A name as one segment of a path. */
    public static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * A path with what is asked of it.
     *
     * @param query each parameter with its ampersand: {@code &range=6h}; empty for none
     */
    static String asked(String path, String query) {
        return query.isEmpty() ? path : path + "?" + query.substring(1);
    }
}
