package io.sluice.engine.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The door of the ingest log: many threads append, each waits until its entry is on disk, and one
 * thread writes all that waits as one batch. Thread-safe.
 *
 * <p>What is on disk goes to a listener, in the order of the log. An entry is in flight from {@link
 * #append} until the listener's side releases it, so that a slow disk and a slow apply both end in
 * refusals, not in memory.
 *
 * @param <A> what travels with an entry to the listener
 */
public final class GroupCommit<A> implements AutoCloseable {
    // The writer takes whatever waits the moment its last commit is done. A lone request is
    // therefore written at once, and
    // under load batches grow by themselves to what arrives during one fsync: no delay and no batch
    // size to choose.

    /** The default of how many bytes of bodies may be in flight. */
    public static final long DEFAULT_MAX_BYTES_IN_FLIGHT = 64L << 20;

    /** What refused senders are told to wait. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final IngestLog log;
    private final Consumer<List<Committed<A>>> listener;
    private final long maxBytesInFlight;
    private final Thread writer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition room = lock.newCondition();
    private List<Waiter<A>> waiting = new ArrayList<>();
    private long bytesInFlight;
    private boolean crowded;
    private long refused;
    private boolean closed;
    private @Nullable Throwable broken;
    private volatile @Nullable Throwable failure;

    /**
     * Starts the writer thread.
     *
     * @param log to be closed by its owner, after this
     * @param listener gets every batch after it is on disk and before its senders are answered, on
     *     the writer thread; must return at once and must not throw, or nothing more is accepted,
     *     because a gap in what is applied would go unseen
     * @param maxBytesInFlight for the bodies' sizes as they come, and what travels with them; a
     *     single larger one is taken when nothing else is in flight
     */
    public GroupCommit(
            IngestLog log, Consumer<List<Committed<A>>> listener, long maxBytesInFlight) {
        if (maxBytesInFlight <= 0) {
            throw new IllegalArgumentException("maxBytesInFlight is " + maxBytesInFlight);
        }
        this.log = log;
        this.listener = listener;
        this.maxBytesInFlight = maxBytesInFlight;
        this.writer =
                Thread.ofPlatform()
                        .name("ingest-log-writer")
                        .daemon()
                        .start(this::writeUntilClosed);
    }

    /**
     * Waits until there is room again, if there is little: whoever comes with work to do before it
     * can {@link #append} asks first, so that the work is not for nothing. From when three quarters
     * of the room are taken until half of it is free, all wait; what is under way by then has the
     * last quarter.
     *
     * @param atMost zero to be told at once
     * @throws OverloadedException if there is none in that time
     */
    public void awaitRoom(Duration atMost) throws OverloadedException {
        long left = atMost.toNanos();
        boolean interrupted = false;
        lock.lock();
        try {
            while (crowded && !closed) {
                if (left <= 0) {
                    throw full();
                }
                try {
                    left = room.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Appends one entry and waits until it is on disk. A body that came without compression is
     * compressed, on the caller's thread. An interrupt does not end the wait, since nobody could
     * say then whether the entry is on disk; it stays pending.
     *
     * @return the entry's offset
     * @throws OverloadedException if too much is in flight; nothing was done
     * @throws IOException if the entry could not be written, or this is closed; a later one may
     *     succeed
     */
    public long append(LogEntry entry, A attachment) throws IOException, OverloadedException {
        return append(entry, attachment, 0);
    }

    /**
     * The same, where what travels with the entry is not small.
     *
     * @param attachmentBytes about how much memory it takes up; it is in flight, too
     */
    public long append(LogEntry entry, A attachment, long attachmentBytes)
            throws IOException, OverloadedException {
        long bytes = entry.body().length + attachmentBytes;
        reserve(bytes);
        Waiter<A> waiter;
        try {
            waiter = new Waiter<>(Bodies.compressed(entry), attachment, () -> release(bytes));
            enqueue(waiter);
        } catch (Throwable e) {
            release(bytes);
            throw e;
        }
        return waiter.await();
    }

    /** The bytes of bodies, and of what travels with them, between {@link #append} and release. */
    public long bytesInFlight() {
        lock.lock();
        try {
            return bytesInFlight;
        } finally {
            lock.unlock();
        }
    }

    /** Why nothing could be written the last time; empty if something could. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** How many entries wait for the next batch. */
    public int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** How often {@link #append} or {@link #awaitRoom} refused. */
    public long refused() {
        lock.lock();
        try {
            return refused;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Accepts nothing more, writes what waits, and returns when it has been handed to the listener.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        joinUninterruptibly(writer);
    }

    private void reserve(long bytes) throws OverloadedException {
        lock.lock();
        try {
            if (bytesInFlight > 0 && bytes > maxBytesInFlight - bytesInFlight) {
                throw full();
            }
            bytesInFlight += bytes;
            crowded |= bytesInFlight > maxBytesInFlight - maxBytesInFlight / 4;
        } finally {
            lock.unlock();
        }
    }

    private OverloadedException full() {
        refused++;
        return new OverloadedException(
                bytesInFlight + " bytes are in flight, at most " + maxBytesInFlight + " may be",
                RETRY_AFTER);
    }

    private void release(long bytes) {
        lock.lock();
        try {
            bytesInFlight -= bytes;
            if (crowded && bytesInFlight <= maxBytesInFlight / 2) {
                crowded = false;
                room.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(Waiter<A> waiter) throws IOException {
        lock.lock();
        try {
            requireNotBroken();
            if (closed) {
                throw new IOException("the ingest log is closed");
            }
            waiting.add(waiter);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private void writeUntilClosed() {
        for (List<Waiter<A>> batch = takeAll(); !batch.isEmpty(); batch = takeAll()) {
            write(batch);
        }
    }

    /** Waits for work; empty when closed and drained. */
    private List<Waiter<A>> takeAll() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                work.awaitUninterruptibly();
            }
            List<Waiter<A>> batch = waiting;
            waiting = new ArrayList<>();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void write(List<Waiter<A>> batch) {
        long first;
        try {
            requireNotBroken();
            first = log.append(batch.stream().map(waiter -> waiter.entry).toList());
        } catch (Throwable e) {
            // Whatever it was, the senders must hear of it, and the next batch tries again.
            failure = e;
            batch.forEach(waiter -> waiter.fail(e));
            return;
        }
        failure = null;
        List<Committed<A>> committed = new ArrayList<>(batch.size());
        for (Waiter<A> waiter : batch) {
            LogRecord place = new LogRecord(first + committed.size(), waiter.entry);
            committed.add(new Committed<>(place, waiter.attachment, waiter.release));
        }
        try {
            listener.accept(committed);
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "cannot hand over records from offset {}; they are on disk and will be applied after a restart",
                    first,
                    e);
            breakDown(e);
        }
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).succeed(first + i);
        }
    }

    private void requireNotBroken() throws IOException {
        lock.lock();
        try {
            if (broken != null) {
                throw new IOException("the ingest log takes nothing more until restart", broken);
            }
        } finally {
            lock.unlock();
        }
    }

    private void breakDown(Throwable cause) {
        lock.lock();
        try {
            broken = cause;
        } finally {
            lock.unlock();
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * One thread that waits for its entry. Fields written by the writer are read after the latch.
     */
    private static final class Waiter<A> {
        final LogEntry entry;
        final A attachment;
        final Runnable release;
        private final CountDownLatch done = new CountDownLatch(1);
        private long offset;
        private @Nullable Throwable failure;

        Waiter(LogEntry entry, A attachment, Runnable release) {
            this.entry = entry;
            this.attachment = attachment;
            this.release = release;
        }

        void succeed(long at) {
            offset = at;
            done.countDown();
        }

        void fail(Throwable cause) {
            failure = cause;
            release.run();
            done.countDown();
        }

        long await() throws IOException {
            boolean interrupted = false;
            while (done.getCount() > 0) {
                try {
                    done.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (failure != null) {
                // Each sender's own: the writer's exception is shared by all of its batch.
                throw new IOException("not written to the ingest log: " + failure, failure);
            }
            return offset;
        }
    }
}
