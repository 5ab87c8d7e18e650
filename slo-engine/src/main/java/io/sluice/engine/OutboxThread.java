package io.sluice.engine;

import io.sluice.engine.alert.AlertEngine;
import io.sluice.engine.alert.AlertSender;
import io.sluice.engine.alert.Outbox;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The thread "sluice-outbox", which hands over what is due to receivers, and the threads that tell
 * them, which may be slow. Any thread may call it; it has no lock.
 */
final class OutboxThread {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxThread.class);

    private final ExecutorService tellers = Executors.newVirtualThreadPerTaskExecutor();
    private final Outbox outbox;
    private final InstantSource clock;
    private final WokenThread thread;

    OutboxThread(Store store, AlertSender sender, AlertEngine alerts, InstantSource clock) {
        this.outbox = new Outbox(store, sender, tellers, alerts);
        this.clock = clock;
        this.thread = new WokenThread(Thread.ofVirtual().name("sluice-outbox"), this::tell);
    }

    Outbox outbox() {
        return outbox;
    }

    void start() {
        thread.start();
    }

    /** There may be something due in the store. */
    void wake() {
        thread.wake();
    }

    /** {@link WokenThread#stop}. */
    Thread stop() {
        return thread.stop();
    }

    /** Waits for receivers no longer: who is being told is told again after a start, same key. */
    void abandon() {
        tellers.shutdownNow();
    }

    private void tell() {
        try {
            outbox.deliverDue(clock.instant());
        } catch (StoreException e) {
            LOG.warn("Notifications cannot be read from the store; trying again", e);
        }
    }
}
