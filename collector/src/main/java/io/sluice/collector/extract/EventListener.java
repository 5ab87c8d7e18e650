package io.sluice.collector.extract;

/** Is told of single events that belong to traces, instead of their sums. */
@FunctionalInterface
public interface EventListener {

    /**
     * One event of one measure.
     *
     * @param traceIdOffset where its 16 bytes of trace id lie in {@code bytes}
     * @param group empty where there is none
     * @param value the judged value, or NaN
     */
    void event(
            int measure,
            boolean good,
            byte[] bytes,
            int traceIdOffset,
            long timeNanos,
            String group,
            double value);
}
