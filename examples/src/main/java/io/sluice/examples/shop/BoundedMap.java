package io.sluice.examples.shop;

import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A map in memory that forgets its oldest entries, so that a shop which runs for days does not
 * grow. Thread-safe; operations on one key are atomic.
 *
 * @param <V> the values
 */
public final class BoundedMap<V> {
    private final int entriesMax;
    private final ConcurrentMap<String, V> entries = new ConcurrentHashMap<>();
    private final Deque<String> byAge = new ConcurrentLinkedDeque<>();
    private final AtomicInteger size = new AtomicInteger();

    /**
     * @param entriesMax beyond that the oldest entry goes
     */
    public BoundedMap(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    /** The key's value. */
    public Optional<V> find(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /**
     * The key's value, made first if there is none; however many ask at once, all get the same one.
     */
    public V findOrCreate(String key, Function<String, V> make) {
        V found = entries.get(key);
        if (found != null) {
            return found;
        }
        V made = make.apply(key);
        V earlier = entries.putIfAbsent(key, made);
        if (earlier != null) {
            return earlier;
        }
        byAge.addLast(key);
        size.incrementAndGet();
        forgetOldest();
        return made;
    }

    /** Replaces the key's value by a function of it; empty when there is no such key. */
    public Optional<V> update(String key, UnaryOperator<V> change) {
        return Optional.ofNullable(entries.computeIfPresent(key, (k, v) -> change.apply(v)));
    }

    /** Forgets the key if it still has that value. */
    public void remove(String key, V value) {
        if (entries.remove(key, value)) {
            size.decrementAndGet();
        }
    }

    private void forgetOldest() {
        while (size.get() > entriesMax) {
            String oldest = byAge.pollFirst();
            if (oldest == null) {
                return;
            }
            if (entries.remove(oldest) != null) {
                size.decrementAndGet();
            }
        }
    }
}
