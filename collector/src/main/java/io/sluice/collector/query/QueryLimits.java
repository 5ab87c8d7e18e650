package io.sluice.collector.query;

import static io.sluice.engine.limit.Limit.Unit.BYTES;
import static io.sluice.engine.limit.Limit.Unit.COUNT;
import static io.sluice.engine.limit.Limit.fixed;

import io.sluice.engine.limit.Limit;

import java.util.List;

/** The limits of what is asked of other servers. */
public final class QueryLimits {

    private static final String REFUSED = "the answer is refused, and asked for again";

    private static final Limit ANSWER =
            fixed(
                    "queryAnswer",
                    BYTES,
                    QueryPoller.MAX_ANSWER_BYTES,
                    "One answer to a query",
                    REFUSED);

    private static final Limit SERIES =
            fixed(
                    "querySeries",
                    COUNT,
                    QueryDecoder.MAX_SERIES,
                    "Series in an answer; the query should add them up",
                    REFUSED);

    private static final Limit POINTS =
            fixed(
                    "queryPoints",
                    COUNT,
                    Ranges.MAX_POINTS,
                    "Instants that one query asks for",
                    "a longer time is asked for in parts");

    /** In the order in which they are shown. */
    public static final List<Limit> ALL = List.of(ANSWER, SERIES, POINTS);

    private QueryLimits() {}
}
