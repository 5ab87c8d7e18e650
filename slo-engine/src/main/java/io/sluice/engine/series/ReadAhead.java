package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * Reads all blocks that are stored in a thread of its own, a bounded number ahead of whoever takes
 * them: reading them is as much work as making something of them.
 */
final class ReadAhead {
    /** So many blocks at once: handing them over costs next to nothing for each. */
    private static final int TOGETHER = 500;

    /** So many times as many wait at most: some megabytes. */
    private static final int WAITING = 8;

    private static final List<StoredBlock> END = List.of();

    private final StoredHours stored;
    private final BlockingQueue<List<StoredBlock>> read = new ArrayBlockingQueue<>(WAITING);
    private List<StoredBlock> next = new ArrayList<>(TOGETHER);
    private volatile boolean unwanted;

    /** Before the end is in the queue. */
    private @Nullable Throwable failure;

    private ReadAhead(StoredHours stored) {
        this.stored = stored;
    }

    /**
     * Gives every block to a consumer, in the calling thread and in the order of {@link
     * StoredHours#blocks}. What is thrown on either side ends both, and is thrown here.
     */
    static void forEachBlock(StoredHours stored, Consumer<StoredBlock> consumer) {
        ReadAhead ahead = new ReadAhead(stored);
        Thread reader = Thread.ofPlatform().name("sluice-read-ahead").daemon().start(ahead::read);
        try {
            ahead.take(consumer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while stored hours were read", e);
        } finally {
            ahead.unwanted = true;
            reader.interrupt();
            join(reader);
        }
    }

    /** It ends within some hundred blocks; until then the store is still in use. */
    private static void join(Thread reader) {
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(Consumer<StoredBlock> consumer) throws InterruptedException {
        for (List<StoredBlock> some = read.take(); !some.isEmpty(); some = read.take()) {
            some.forEach(consumer);
        }
        switch (failure) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> {}
        }
    }

    private void read() {
        try {
            stored.blocks(Long.MIN_VALUE, Long.MAX_VALUE, this::add);
            handOver();
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        try {
            read.put(END);
        } catch (InterruptedException e) {
            // Nobody takes anything any more.
            Thread.currentThread().interrupt();
        }
    }

    private void add(StoredBlock block) {
        next.add(block);
        if (next.size() == TOGETHER) {
            handOver();
        }
    }

    private void handOver() {
        if (unwanted) {
            throw new CancellationException("nobody takes what is read");
        }
        if (next.isEmpty()) {
            return;
        }
        try {
            read.put(next);
            next = new ArrayList<>(TOGETHER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("nobody takes what is read");
        }
    }
}
