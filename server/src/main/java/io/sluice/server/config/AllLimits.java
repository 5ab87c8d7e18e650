package io.sluice.server.config;

import io.sluice.collector.dogstatsd.DogStatsdLimits;
import io.sluice.collector.query.QueryLimits;
import io.sluice.collector.receive.CollectorLimits;
import io.sluice.collector.scrape.ScrapeLimits;
import io.sluice.dashboard.DashboardLimits;
import io.sluice.engine.EngineLimits;
import io.sluice.engine.limit.Limit;
import io.sluice.engine.limit.LimitTable;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The limits of all parts, as one table. */
public final class AllLimits {

    /** In the order of an event's way. */
    public static final List<Limit> LIST =
            Stream.of(
                            CollectorLimits.ALL,
                            DogStatsdLimits.ALL,
                            ScrapeLimits.ALL,
                            QueryLimits.ALL,
                            EngineLimits.ALL,
                            DashboardLimits.ALL)
                    .flatMap(List::stream)
                    .toList();

    private AllLimits() {}

    /**
     * A server's table.
     *
     * @param configured other bounds than the usual ones, by the limits' names
     */
    public static LimitTable table(Map<String, Long> configured) {
        return new LimitTable(LIST, configured);
    }
}
