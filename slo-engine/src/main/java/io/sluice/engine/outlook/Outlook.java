package io.sluice.engine.outlook;

import java.time.Instant;
import java.util.List;

/**
 * What the traffic that was counted says of a definition set.
 *
 * @param notJudged what nothing can be said of, and why
 */
public record Outlook(Instant at, List<TrafficLint> lints, List<NotJudged> notJudged) {
    public Outlook {
        lints = List.copyOf(lints);
        notJudged = List.copyOf(notJudged);
    }

    /** An objective that was counted too shortly. */
    public record NotJudged(String slo, int objective, String reason) {}
}
