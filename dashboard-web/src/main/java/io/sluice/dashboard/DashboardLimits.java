package io.sluice.dashboard;

import static io.sluice.engine.limit.Limit.Unit.BYTES;
import static io.sluice.engine.limit.Limit.Unit.COUNT;
import static io.sluice.engine.limit.Limit.fixed;

import io.sluice.dashboard.live.LiveUpdates;
import io.sluice.engine.limit.Limit;

import java.util.List;

/** The limits that pages and API keep. */
public final class DashboardLimits {

    /** Of the API's port. */
    public static final Limit CONNECTIONS =
            new Limit(
                    "apiConnections",
                    COUNT,
                    1_000,
                    1,
                    100_000,
                    "Connections to pages and API",
                    "503 with Retry-After, and the connection is closed");

    /** Open pages. */
    public static final Limit LIVE_PAGES =
            fixed(
                    "livePages",
                    COUNT,
                    LiveUpdates.MAX_STREAMS,
                    "Pages that are told of changes",
                    "503 with Retry-After; the page asks by itself again");

    private static final Limit BODY =
            fixed(
                    "apiBodyBytes",
                    BYTES,
                    DashboardServer.MAX_BODY_BYTES,
                    "One body that is sent to the API",
                    "413");

    /** In the order in which they are shown. */
    public static final List<Limit> ALL = List.of(CONNECTIONS, LIVE_PAGES, BODY);

    private DashboardLimits() {}
}
