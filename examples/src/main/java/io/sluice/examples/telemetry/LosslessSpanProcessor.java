package io.sluice.examples.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Exports every ended span exactly as often as the collector says it took it: once. Thread-safe.
 *
 * <p>The SDK's {@code BatchSpanProcessor} drops spans silently when its queue is full, and a batch
 * whose export failed. This shop is the witness in a test of exact counts, so it must not: a full
 * queue makes the request wait that ends the span, and a batch that was not accepted is sent again,
 * the same spans in the same order. The bytes are then the same too, so a collector whose answer
 * got lost sees a repeat and counts it once.
 */
public final class LosslessSpanProcessor implements SpanProcessor {
    /** Spans that may wait; beyond that requests wait instead. */
    private static final int QUEUE_SPANS = 16_384;

    /** Spans of one export. */
    private static final int BATCH_SPANS = 1_024;

    /** How long the first span of a batch waits for more of them. */
    private static final Duration LINGER = Duration.ofMillis(100);

    /** Between two attempts to export the same batch. */
    private static final Duration RETRY_DELAY = Duration.ofMillis(200);

    private final SpanExporter exporter;
    private final BlockingQueue<ReadableSpan> queue = new ArrayBlockingQueue<>(QUEUE_SPANS);
    private final LongAdder ended = new LongAdder();
    private final LongAdder exported = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final Thread worker;
    private volatile boolean stopping;

    LosslessSpanProcessor(String service, SpanExporter exporter) {
        this.exporter = exporter;
        this.worker = Thread.ofPlatform().daemon().name(service + "-spans").start(this::exportAll);
    }

    /** Spans that ended so far. */
    public long ended() {
        return ended.sum();
    }

    /** Spans that the collector has answered for. */
    public long exported() {
        return exported.sum();
    }

    /** Exports that had to be repeated. */
    public long retries() {
        return retries.sum();
    }

    @Override
    public void onStart(Context parentContext, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (!span.getSpanContext().isSampled()) {
            return;
        }
        ended.increment();
        boolean interrupted = false;
        while (true) {
            try {
                queue.put(span);
                break;
            } catch (InterruptedException e) {
                // The span is over and must be told of all the same.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    private void exportAll() {
        List<SpanData> batch = new ArrayList<>(BATCH_SPANS);
        List<ReadableSpan> taken = new ArrayList<>(BATCH_SPANS);
        try {
            while (!stopping || !queue.isEmpty()) {
                ReadableSpan first = queue.poll(LINGER.toMillis(), TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                taken.add(first);
                long until = System.nanoTime() + LINGER.toNanos();
                while (taken.size() < BATCH_SPANS && !stopping) {
                    queue.drainTo(taken, BATCH_SPANS - taken.size());
                    long nanosLeft = until - System.nanoTime();
                    if (taken.size() == BATCH_SPANS || nanosLeft <= 0) {
                        break;
                    }
                    ReadableSpan next = queue.poll(nanosLeft, TimeUnit.NANOSECONDS);
                    if (next != null) {
                        taken.add(next);
                    }
                }
                queue.drainTo(taken, BATCH_SPANS - taken.size());
                taken.forEach(span -> batch.add(span.toSpanData()));
                exportUntilAccepted(batch);
                exported.add(batch.size());
                batch.clear();
                taken.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void exportUntilAccepted(List<SpanData> batch) throws InterruptedException {
        while (!exporter.export(batch).join(30, TimeUnit.SECONDS).isSuccess()) {
            retries.increment();
            Thread.sleep(RETRY_DELAY);
        }
    }

    /** Succeeds when every span that ended before this call is accepted; fails after 30 s. */
    @Override
    public CompletableResultCode forceFlush() {
        long goal = ended.sum();
        CompletableResultCode result = new CompletableResultCode();
        Thread.ofVirtual()
                .name("flush")
                .start(
                        () -> {
                            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
                            try {
                                while (exported.sum() < goal && System.nanoTime() < deadline) {
                                    Thread.sleep(Duration.ofMillis(10));
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            if (exported.sum() >= goal) {
                                result.succeed();
                            } else {
                                result.fail();
                            }
                        });
        return result;
    }

    /** Exports what is left, for at most 30 s, then closes the exporter. */
    @Override
    public CompletableResultCode shutdown() {
        CompletableResultCode flushed = forceFlush().join(30, TimeUnit.SECONDS);
        stopping = true;
        if (!flushed.isSuccess()) {
            worker.interrupt();
        }
        CompletableResultCode closed = exporter.shutdown().join(5, TimeUnit.SECONDS);
        return CompletableResultCode.ofAll(List.of(flushed, closed));
    }
}
