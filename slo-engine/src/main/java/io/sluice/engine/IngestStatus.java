package io.sluice.engine;

import io.sluice.engine.limit.Offender;
import io.sluice.engine.measure.RejectReason;

import java.util.List;
import java.util.Map;

/** What came in and what became of it. Implemented by the collector. Thread-safe. */
public interface IngestStatus {

    /** One row per receiver and signal, since start. */
    List<Row> rows();

    /** Who sends most, and whose items are refused most, the worst first. */
    default List<Offender> offenders() {
        return List.of();
    }

    /**
     * accepted + rejected + dropped = sent. What was sent twice is accepted twice, and counted
     * once: apply tells the two apart ({@link io.sluice.engine.fold.FoldStatus#repeatedItems()}).
     *
     * @param receiver for example {@code otlp-http}
     * @param signal {@code spans}, {@code metrics}, {@code logs} or {@code requests} for requests
     *     that could not be read at all
     * @param accepted items on disk, whether or not they were sent before
     * @param rejected items refused, and the sender was told, by reason
     * @param dropped items lost before they could be read (UDP), by reason
     */
    record Row(
            String receiver,
            String signal,
            long requests,
            long accepted,
            Map<RejectReason, Long> rejected,
            Map<RejectReason, Long> dropped) {}
}
