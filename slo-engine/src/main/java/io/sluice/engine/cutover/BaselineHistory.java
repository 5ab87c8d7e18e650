package io.sluice.engine.cutover;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.engine.series.SeriesReader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a baseline's own past says of how far its evidence can be trusted. Immutable; as thread-safe
 * as the series it reads.
 */
final class BaselineHistory {

    /** As far back as errors are looked at: weekends differ from working days. */
    static final Duration LENGTH = Duration.ofDays(3);

    private final SeriesReader series;
    private final CutoverPlan plan;
    private final long end;

    /**
     * @param now the history ends with the last whole minute before
     */
    BaselineHistory(SeriesReader series, CutoverPlan plan, Instant now) {
        this.series = series;
        this.plan = plan;
        this.end = Math.floorDiv(now.getEpochSecond(), Dispersion.MINUTE) * Dispersion.MINUTE;
    }

    /** How each metric's errors were dispersed; metrics with too little history are left out. */
    Map<String, Dispersion> dispersions() {
        Map<String, Dispersion> all = new TreeMap<>();
        for (CutoverPlan.Tested tested : plan.tests()) {
            Dispersion one = Dispersion.of(minutes(tested));
            if (!one.equals(Dispersion.UNMEASURED)) {
                all.put(tested.metric().name(), one);
            }
        }
        return all;
    }

    private List<Dispersion.Counts> minutes(CutoverPlan.Tested tested) {
        return series
                .slices(tested.baseline(), end - LENGTH.toSeconds(), end, Dispersion.MINUTE)
                .stream()
                .map(sum -> new Dispersion.Counts(Sealer.bad(sum), Sealer.total(sum)))
                .toList();
    }

    /** As a run's evidence has them. */
    static Map<String, Object> describe(Map<String, Dispersion> dispersions) {
        Map<String, Object> all = new TreeMap<>();
        dispersions.forEach((metric, one) -> all.put(metric, one.describe()));
        return all;
    }

    /** As they are kept with a run. */
    static String write(Map<String, Dispersion> dispersions) {
        return CanonicalJson.write(describe(dispersions));
    }

    /** Reads what {@link #write} wrote. */
    static Map<String, Dispersion> read(String json) {
        Map<String, Dispersion> all = new TreeMap<>();
        for (Map.Entry<String, JsonNode> one : CanonicalJson.read(json).properties()) {
            all.put(one.getKey(), Dispersion.read(one.getValue()));
        }
        return all;
    }
}
