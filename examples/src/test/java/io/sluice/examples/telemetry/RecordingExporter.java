package io.sluice.examples.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what it accepts, after refusing as often as it was told. */
public final class RecordingExporter implements SpanExporter {
    private final List<SpanData> spans = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals;

    public RecordingExporter(int refusals) {
        this.refusals = new AtomicInteger(refusals);
    }

    public List<SpanData> spans() {
        return spans;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> batch) {
        if (refusals.getAndDecrement() > 0) {
            return CompletableResultCode.ofFailure();
        }
        spans.addAll(batch);
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
        return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
    }
}
