package io.sluice.engine.series;

import java.util.Optional;
import java.util.function.Consumer;

/** Where hours can be read again that are not kept in memory. Thread-safe. */
public interface StoredHours {
    /** Keeps nothing: whoever has only this keeps all in memory. */
    StoredHours NONE =
            new StoredHours() {
                @Override
                public Optional<StoredBlock> block(SeriesKey series, long hour) {
                    return Optional.empty();
                }

                @Override
                public void blocks(long fromHour, long toHour, Consumer<StoredBlock> consumer) {}
            };

    /** One hour of one series as it was stored last; empty if it never was. */
    Optional<StoredBlock> block(SeriesKey series, long hour);

    /** Every block whose hour starts in {@code [fromHour, toHour)}, in no particular order. */
    void blocks(long fromHour, long toHour, Consumer<StoredBlock> consumer);
}
