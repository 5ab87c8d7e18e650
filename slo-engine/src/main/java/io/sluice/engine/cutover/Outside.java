package io.sluice.engine.cutover;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a decision looks at besides the run itself.
 *
 * @param firing the names of the cutover's SLOs that a page is firing for
 * @param provenPerMinute the load that was carried while its objectives held; empty where the
 *     cutover names no SLO that promises capacity, or nothing is proven
 */
record Outside(List<String> firing, OptionalLong provenPerMinute) {

    /** Nothing fires, and nothing is known of capacity. */
    static final Outside QUIET = new Outside(List.of(), OptionalLong.empty());

    Outside {
        firing = List.copyOf(firing);
    }
}
