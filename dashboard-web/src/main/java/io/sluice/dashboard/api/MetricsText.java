package io.sluice.dashboard.api;

import java.io.IOException;
import java.io.OutputStream;

/** Our own metrics, in Prometheus' text format 0.0.4. Thread-safe. */
@FunctionalInterface
public interface MetricsText {
    /**
     * Writes them as they are now. They can be many, so they are not held as one text.
     *
     * @param out stays open
     * @throws IOException if the reader is gone
     */
    void writeTo(OutputStream out) throws IOException;
}
