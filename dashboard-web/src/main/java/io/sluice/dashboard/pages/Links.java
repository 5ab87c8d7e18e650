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
}
