package io.sluice.engine;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Work that a thread of its own does while somebody does something else, who waits for it in the
 * end. Where nobody waits, it goes on by itself and its failure is nobody's.
 */
final class Beside<T> implements Supplier<T> {
    private final FutureTask<T> work;

    /** Begins. */
    Beside(String name, Supplier<T> work) {
        this.work = new FutureTask<>(work::get);
        Thread.ofPlatform().name(name).daemon().start(this.work);
    }

    /** What it came to; throws what it threw. */
    @Override
    public T get() {
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }
}
