package io.sluice.engine.series;

import java.time.Duration;

/**
 * How finely an hour of counts is kept, by its age. An hour has one resolution and changes to the
 * next as a whole, when its end passes the limit.
 */
public enum Resolution {
    TEN_SECONDS(10, Duration.ofDays(2)),
    ONE_MINUTE(60, Duration.ofDays(14)),
    FIVE_MINUTES(300, Duration.ofDays(90)),
    FIFTEEN_MINUTES(900, Duration.ofDays(400));

    /** The finest: what every event time is rounded down to. */
    static final int FINEST_SECONDS = TEN_SECONDS.seconds;

    private final int seconds;
    private final long untilAge;

    Resolution(int seconds, Duration untilAge) {
        this.seconds = seconds;
        this.untilAge = untilAge.toSeconds();
    }

    /** A bucket's length. */
    public int seconds() {
        return seconds;
    }

    /**
     * The age, in seconds since the hour's end, from which the next resolution is in force, or
     * nothing is kept.
     */
    public long untilAge() {
        return untilAge;
    }

    /** The coarsest whose buckets add up to slices of so many seconds, a multiple of 10. */
    public static Resolution fitting(long sliceSeconds) {
        Resolution fitting = TEN_SECONDS;
        for (Resolution resolution : values()) {
            if (sliceSeconds % resolution.seconds == 0) {
                fitting = resolution;
            }
        }
        return fitting;
    }

    static Resolution coarser(Resolution one, Resolution other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    int bucketsPerHour() {
        return Hour.SECONDS / seconds;
    }

    /**
     * The resolution in force for the hour that starts then; the coarsest also for what is too old
     * to be kept.
     */
    public static Resolution at(long hour, long now) {
        long age = now - hour - Hour.SECONDS;
        for (Resolution resolution : values()) {
            if (age < resolution.untilAge) {
                return resolution;
            }
        }
        return FIFTEEN_MINUTES;
    }
}
