package io.sluice.engine;

import io.sluice.engine.fold.Fold;
import io.sluice.engine.fold.OwnRecord;
import io.sluice.engine.fold.Retroactive;
import io.sluice.engine.log.OverloadedException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;

/**
 * The thread "sluice-retroactive", which counts older records for measures that are new, beside the
 * thread that applies. Any thread may call it; it has no lock, and until a {@link Retroactive} is
 * near, only this thread touches that.
 */
final class RetroactiveThread {
    private static final Logger LOG = LoggerFactory.getLogger(RetroactiveThread.class);

    private final Fold fold;
    private final OwnRecords own;
    private final WokenThread thread;

    RetroactiveThread(Fold fold, OwnRecords own) {
        this.fold = fold;
        this.own = own;
        this.thread =
                new WokenThread(
                        Thread.ofPlatform().name("sluice-retroactive").daemon(),
                        () -> fold.retroactive().ifPresent(this::count));
    }

    void start() {
        thread.start();
    }

    /** Goes on if there is something to count. */
    void wake() {
        if (fold.retroactive().isPresent()) {
            thread.wake();
        }
    }

    /** {@link WokenThread#stop}. */
    Thread stop() {
        return thread.stop();
    }

    private void count(Retroactive job) {
        try {
            if (job.isNear() || job.approach(fold::appliedOffset, () -> isUnwanted(job))) {
                // Where it takes its place is in the log, so that a replay does it there, too.
                own.writeAndAwait(nanos -> OwnRecord.counted(job.definitions(), nanos));
            }
        } catch (IOException e) {
            if (!thread.isClosing()) {
                LOG.error("Older records cannot be counted yet; trying again", e);
            }
        } catch (OverloadedException e) {
            LOG.debug("Older records are counted and take their place when there is room", e);
        }
    }

    private boolean isUnwanted(Retroactive job) {
        return thread.isClosing() || fold.retroactive().filter(job::equals).isEmpty();
    }
}
