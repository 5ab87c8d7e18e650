package io.sluice.engine;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A thread that does its one piece of work whenever somebody has woken it since it last began, so
 * that whoever wakes it never waits. Any thread may call it; only its own works.
 */
final class WokenThread {
    private final Runnable work;
    private final Thread thread;
    private final Semaphore wakeups = new Semaphore(0);
    private volatile boolean closing;

    WokenThread(Thread.Builder thread, Runnable work) {
        this.work = work;
        this.thread = thread.unstarted(this::workUntilClosed);
    }

    void start() {
        thread.start();
    }

    void wake() {
        wakeups.release();
    }

    boolean isClosing() {
        return closing;
    }

    /**
     * Begins no more work.
     *
     * @return the thread, which ends when its present work does
     */
    Thread stop() {
        closing = true;
        wakeups.release();
        return thread;
    }

    private void workUntilClosed() {
        try {
            while (!closing) {
                if (wakeups.tryAcquire(1, TimeUnit.SECONDS)) {
                    wakeups.drainPermits();
                    work.run();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
