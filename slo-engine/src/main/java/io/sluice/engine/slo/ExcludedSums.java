package io.sluice.engine.slo;

import io.sluice.engine.series.SeriesReader;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.ToLongFunction;

/**
 * What was counted in excluded time, over any window. What is settled is added up once, and again
 * only when late events changed it, so a window costs about the same however many times are
 * excluded. Thread-safe.
 *
 * @param <K> what is counted
 * @param <T> a count
 */
final class ExcludedSums<K, T> {
    /** Counts over a window. */
    interface Counts<K, T> {
        T of(K key, long from, long to);
    }

    /** How counts are added, and taken from each other. */
    record Arithmetic<T>(T nothing, BinaryOperator<T> plus, BinaryOperator<T> minus) {}

    private final SeriesReader series;
    private final Excluded excluded;
    private final ToLongFunction<K> revision;
    private final Counts<K, T> counts;
    private final Arithmetic<T> arithmetic;
    private final Map<K, Settled> settled = new ConcurrentHashMap<>();

    /**
     * @param revision grows whenever settled counts may have changed
     */
    ExcludedSums(
            SeriesReader series,
            Excluded excluded,
            ToLongFunction<K> revision,
            Counts<K, T> counts,
            Arithmetic<T> arithmetic) {
        this.series = series;
        this.excluded = excluded;
        this.revision = revision;
        this.counts = counts;
        this.arithmetic = arithmetic;
    }

    /** What was counted in {@code [from, to)} without its excluded time. */
    T without(K key, long from, long to) {
        T all = counts.of(key, from, to);
        return excluded.touches(from, to) ? arithmetic.minus().apply(all, of(key, from, to)) : all;
    }

    private T of(K key, long from, long to) {
        List<Span> spans = excluded.spans();
        int first = excluded.firstBeginningAt(from);
        int end = excluded.firstEndingAfter(Math.min(to, series.settledUntil()));
        if (first >= end) {
            return directly(key, from, to);
        }
        T begun = directly(key, from, spans.get(first).from());
        T open = directly(key, spans.get(end - 1).to(), to);
        return plus(plus(begun, settled(key, first, end).between(first, end)), open);
    }

    private T directly(K key, long from, long to) {
        T sum = arithmetic.nothing();
        for (Span out : excluded.within(from, to)) {
            sum = plus(sum, counts.of(key, out.from(), out.to()));
        }
        return sum;
    }

    private T plus(T one, T other) {
        return arithmetic.plus().apply(one, other);
    }

    private Settled settled(K key, int first, int end) {
        Settled known = settled.get(key);
        long now = revision.applyAsLong(key);
        if (known == null || known.revision != now || !known.covers(first, end)) {
            known = new Settled(key, now, first, end);
            settled.put(key, known);
        }
        return known;
    }

    /** Running sums over some of the excluded spans. */
    private final class Settled {
        private final long revision;
        private final int first;

        /** Over the first so many of them. */
        private final List<T> sums;

        Settled(K key, long revision, int first, int end) {
            this.revision = revision;
            this.first = first;
            this.sums = new ArrayList<>(end - first + 1);
            sums.add(arithmetic.nothing());
            for (Span out : excluded.spans().subList(first, end)) {
                sums.add(plus(sums.getLast(), counts.of(key, out.from(), out.to())));
            }
        }

        boolean covers(int from, int to) {
            return first <= from && to < first + sums.size();
        }

        T between(int from, int to) {
            return arithmetic.minus().apply(sums.get(to - first), sums.get(from - first));
        }
    }
}
