package io.sluice.definitions.model;

import java.util.List;
import java.util.Optional;

/**
 * The before-and-after table of a migration ({@code sluice.dev/v1}, kind {@code Results}).
 *
 * @param before which events are the old system's
 * @param after which events are the new one's
 * @param cutovers whose completion starts the time after; before ends where the first of them began
 */
public record ResultsTable(
        Metadata metadata,
        List<Condition> before,
        List<Condition> after,
        List<String> cutovers,
        List<Row> rows) {
    public ResultsTable {
        before = List.copyOf(before);
        after = List.copyOf(after);
        cutovers = List.copyOf(cutovers);
        rows = List.copyOf(rows);
    }

    /** The row of a title; empty if there is none. */
    public Optional<Row> row(String metric) {
        return rows.stream().filter(row -> row.metric().equals(metric)).findFirst();
    }

    /**
     * One row.
     *
     * @param metric its title
     * @param unit for people, for example {@code ms}
     * @param source what is measured; absent for the deployment statistics, which come from
     *     reported deployments
     * @param part the good events, for {@link Statistic#RATIO}
     * @param minimumWindowSeconds a shorter window says unmeasured, and what it needs
     */
    public record Row(
            String metric,
            String unit,
            Statistic statistic,
            Optional<EventSource> source,
            Optional<EventSource> part,
            Indicator.Unit valueUnit,
            Improvement improvement,
            long minimumWindowSeconds) {

        /** Whether what changed is told in percentage points, and not in percent. */
        public boolean improvesInPoints() {
            return improvement == Improvement.PERCENTAGE_POINTS;
        }
    }

    /** How a row's one number is made. */
    public enum Statistic {
        P50,
        P95,
        P99,
        MEAN,
        MAXIMUM,
        /** Good over total, in percent. */
        RATIO,
        DEPLOYMENTS_PER_MONTH,
        /** Median time from commit to deployment, in hours. */
        LEAD_TIME
    }

    /** How before and after are set against each other. */
    public enum Improvement {
        /** Whole percents, "down 82 %". */
        PERCENT,
        /** "up 0.77 percentage points". */
        PERCENTAGE_POINTS,
        NONE
    }
}
