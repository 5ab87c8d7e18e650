package io.sluice.engine;

import io.sluice.engine.fold.Fold;
import io.sluice.engine.log.Committed;
import io.sluice.engine.measure.Extract;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The thread "sluice-apply", which makes counts of what is on disk, in log order, and between two
 * batches ticks once a second, traffic or not, because sealing and silence need only time to pass.
 *
 * <p>Owns what is accepted and not yet applied, which {@link io.sluice.engine.log.GroupCommit}
 * bounds by its bytes, and whether applying has failed. Any thread may call it; only the thread
 * itself applies and ticks, and it holds no lock while it does.
 */
final class ApplyThread {
    private static final Logger LOG = LoggerFactory.getLogger(ApplyThread.class);

    /** Evaluation, checkpoint. */
    static final Duration TICK = Duration.ofSeconds(1);

    private final Fold fold;
    private final InstantSource clock;
    private final Consumer<Instant> tick;
    private final Runnable last;
    private final Thread thread;

    private final LinkedBlockingQueue<List<Committed<Optional<Extract>>>> accepted =
            new LinkedBlockingQueue<>();

    /** Whoever waits for an offset waits here. */
    private final Object applied = new Object();

    private volatile boolean closing;
    private volatile @Nullable Throwable failure;

    /**
     * @param tick what is to be done each second
     * @param last what is to be done when all that was accepted is applied, and no more will be
     */
    ApplyThread(Fold fold, InstantSource clock, Consumer<Instant> tick, Runnable last) {
        this.fold = fold;
        this.clock = clock;
        this.tick = tick;
        this.last = last;
        this.thread =
                Thread.ofPlatform().name("sluice-apply").daemon().unstarted(this::applyUntilClosed);
    }

    void start() {
        thread.start();
    }

    /**
     * Ends when all that was handed over until now is applied.
     *
     * @return the thread that does
     */
    Thread stop() {
        closing = true;
        return thread;
    }

    /** Takes a batch that is on disk; returns at once. */
    void handOver(List<Committed<Optional<Extract>>> batch) {
        accepted.add(batch);
    }

    private void applyUntilClosed() {
        try {
            Instant nextTick = clock.instant();
            while (!closing || !accepted.isEmpty()) {
                List<Committed<Optional<Extract>>> batch =
                        accepted.poll(100, TimeUnit.MILLISECONDS);
                if (batch != null) {
                    apply(batch);
                }
                Instant now = clock.instant();
                // A clock that goes back must not stop what happens every second.
                if (!now.isBefore(nextTick) || now.isBefore(nextTick.minus(TICK))) {
                    tick.accept(now);
                    nextTick = now.plus(TICK);
                }
            }
            last.run();
        } catch (Throwable e) {
            // An invariant of ours is broken: what is on disk stays right, and senders are told to
            // come back.
            LOG.error("The engine stops; what is in the log will be applied after a restart", e);
            failure = e;
        }
        synchronized (applied) {
            applied.notifyAll();
        }
    }

    private void apply(List<Committed<Optional<Extract>>> batch) {
        for (Committed<Optional<Extract>> next : batch) {
            try {
                fold.apply(next.record(), next.attachment().orElse(null));
            } finally {
                next.release().run();
            }
        }
        synchronized (applied) {
            applied.notifyAll();
        }
    }

    /**
     * Waits until the record at this offset, and all before it, are in the counts.
     *
     * @throws IOException if applying fails before
     */
    void await(long offset) throws IOException {
        synchronized (applied) {
            boolean interrupted = false;
            while (fold.appliedOffset() < offset && thread.isAlive()) {
                try {
                    applied.wait(TICK.toMillis());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        requireHealthy();
    }

    /**
     * @throws IOException if applying has failed
     */
    void requireHealthy() throws IOException {
        Throwable cause = failure;
        if (cause != null) {
            throw new IOException("the engine has stopped: " + cause, cause);
        }
    }

    /** Why nothing is applied any more; empty as long as it is. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }
}
