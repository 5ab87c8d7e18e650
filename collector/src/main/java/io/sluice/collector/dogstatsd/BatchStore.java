package io.sluice.collector.dogstatsd;

import io.sluice.collector.receive.Intake;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.measure.MalformedRequestException;

import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Stores batches, each on a virtual thread of its own, and not too many at a time: who has another
 * one waits. Thread-safe.
 */
final class BatchStore {

    private final String receiver;
    private final Intake intake;
    private final int most;
    private final Semaphore underWay;

    /**
     * @param receiver for the counters
     * @param most so many batches may be under way to the disk
     */
    BatchStore(String receiver, Intake intake, int most) {
        this.receiver = receiver;
        this.intake = intake;
        this.most = most;
        this.underWay = new Semaphore(most);
    }

    /** Begins to store what {@link Datagrams#take} gave. */
    void store(byte[] body) {
        underWay.acquireUninterruptibly();
        Thread.ofVirtual()
                .name(receiver + "-batch")
                .start(
                        () -> {
                            try {
                                intake.takeUnanswered(
                                        receiver,
                                        DogStatsdDecoder.KIND,
                                        Encoding.IDENTITY,
                                        Map.of(),
                                        body);
                            } catch (MalformedRequestException e) {
                                throw new IllegalStateException(
                                        "a batch of our own making cannot be read", e);
                            } finally {
                                underWay.release();
                            }
                        });
    }

    /** How many are under way. */
    int underWay() {
        return most - underWay.availablePermits();
    }

    /** Waits for all; nothing is to be stored after that. */
    void drain() {
        underWay.acquireUninterruptibly(most);
    }
}
