package io.sluice.examples.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The past that is told: hours with exact numbers of requests, in proportion to the traffic's
 * shape.
 *
 * @param end when the history ends
 * @param days how far it goes back
 * @param spans requests in all
 * @param seed fixes every one of them
 */
public record BaselinePlan(Instant end, int days, long spans, long seed) {
    static final Duration HOUR = Duration.ofHours(1);

    public BaselinePlan {
        if (days < 1 || spans < 0) {
            throw new IllegalArgumentException(
                    days + " days with " + spans + " spans are no history");
        }
    }

    /**
     * So many requests in the hour that starts then.
     *
     * @param index from 0 at the history's beginning
     * @param weight of the hour in the traffic's shape; 1 is average
     */
    record Hour(int index, Instant start, long spans, double weight) {}

    FlashFriday flashFriday() {
        return FlashFriday.before(end);
    }

    /** The hours from the oldest; their spans add up to the plan's exactly. */
    List<Hour> hours() {
        TrafficShape shape = new TrafficShape(flashFriday());
        Instant start = end.minus(Duration.ofDays(days));
        int count = days * 24;
        double[] cumulative = new double[count + 1];
        for (int i = 0; i < count; i++) {
            Instant middle = start.plus(HOUR.multipliedBy(i)).plus(HOUR.dividedBy(2));
            cumulative[i + 1] = cumulative[i] + shape.weight(middle);
        }
        List<Hour> hours = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            // Differences of one rounded running sum lose nothing, unlike rounding each hour.
            long upTo = Math.round(spans * cumulative[i + 1] / cumulative[count]);
            long before = Math.round(spans * cumulative[i] / cumulative[count]);
            double weight = (cumulative[i + 1] - cumulative[i]) * count / cumulative[count];
            hours.add(new Hour(i, start.plus(HOUR.multipliedBy(i)), upTo - before, weight));
        }
        return hours;
    }
}
