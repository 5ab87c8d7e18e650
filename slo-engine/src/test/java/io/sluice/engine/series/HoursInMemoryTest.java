package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Whether an hour is packed shows in its size: what is open takes, as far as that tells, nothing,
 * and what is added to a packed one takes some bytes.
 */
final class HoursInMemoryTest {
    private static final long BUCKET = 1_000_000L * Hour.SECONDS;

    private final Measures measures =
            new Measures(new ColdHours(StoredHours.NONE, 0), MeasureSeries.FEW_GROUPS);
    private final HoursInMemory memory = new HoursInMemory(measures, Long.MAX_VALUE);

    @Test
    void ofFewSeries_theNewestHoursStayOpen() {
        Hour hour = count("one");
        memory.drainDirty();
        long open = hour.bytes();
        count("one");
        assertThat(hour.bytes()).isEqualTo(open);
    }

    @Test
    void ofManySeries_hoursArePackedWhenStored_howeverFewOfThemChanged() {
        for (int i = 0; i < HoursInMemory.MOST_OPEN; i++) {
            count("series " + i);
            if (i % 100 == 0) {
                memory.drainDirty();
            }
        }
        memory.drainDirty();
        Hour hour = count("one more");
        memory.drainDirty();
        long packed = hour.bytes();
        count("one more");
        assertThat(hour.bytes()).isGreaterThan(packed);
        memory.drainDirty();
        assertThat(hour.bytes()).isEqualTo(packed);
        assertThat(measures.sum(hour.key(), BUCKET, BUCKET + Hour.SECONDS).total()).isEqualTo(2);
    }

    private Hour count(String group) {
        Hour hour = measures.add(new SeriesKey("m", group), BUCKET, 1, 1, 1000, 1000, null);
        memory.markDirty(hour);
        return hour;
    }
}
