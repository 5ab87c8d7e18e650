package io.sluice.engine.slo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Time that counts for no budget of an SLO. Immutable. */
final class Excluded {
    static final Excluded NOTHING = new Excluded(List.of());

    private final List<Span> spans;

    /** How long the first so many spans are together. */
    private final long[] lengths;

    /**
     * @param spans ascending and disjoint, in whole buckets of the grid in force
     */
    Excluded(List<Span> spans) {
        this.spans = List.copyOf(spans);
        this.lengths = new long[spans.size() + 1];
        for (int i = 0; i < spans.size(); i++) {
            lengths[i + 1] = lengths[i] + spans.get(i).seconds();
        }
    }

    List<Span> spans() {
        return spans;
    }

    /** The same, each end moved outwards, and what then overlaps joined. */
    Excluded widened(UnaryOperator<Span> outwards) {
        return new Excluded(joined(spans.stream().map(outwards)));
    }

    /** Spans in ascending order, those that overlap or meet as one. */
    static List<Span> joined(Stream<Span> spans) {
        List<Span> disjoint = new ArrayList<>();
        spans.sorted(Comparator.comparingLong(Span::from))
                .forEach(
                        span -> {
                            if (!disjoint.isEmpty() && span.from() <= disjoint.getLast().to()) {
                                Span last = disjoint.removeLast();
                                disjoint.add(new Span(last.from(), Math.max(last.to(), span.to())));
                            } else {
                                disjoint.add(span);
                            }
                        });
        return disjoint;
    }

    boolean touches(long from, long to) {
        int first = firstEndingAfter(from);
        return first < spans.size() && spans.get(first).from() < to;
    }

    /** What of a time is excluded, ascending. */
    List<Span> within(long from, long to) {
        List<Span> within = new ArrayList<>();
        for (int i = firstEndingAfter(from); i < spans.size() && spans.get(i).from() < to; i++) {
            Span span = spans.get(i);
            within.add(new Span(Math.max(from, span.from()), Math.min(to, span.to())));
        }
        return within;
    }

    /** How much of a time is excluded. */
    long seconds(long from, long to) {
        return secondsBefore(to) - secondsBefore(from);
    }

    private long secondsBefore(long second) {
        int at = firstEndingAfter(second);
        long begun = at < spans.size() ? Math.max(0, second - spans.get(at).from()) : 0;
        return lengths[at] + begun;
    }

    /** The index of the first span that begins then or later. */
    int firstBeginningAt(long second) {
        return first(span -> span.from() >= second);
    }

    /** The index of the first span that ends later. */
    int firstEndingAfter(long second) {
        return first(span -> span.to() > second);
    }

    /** The index of the first span for which something holds, as for all after it. */
    private int first(Predicate<Span> holds) {
        int low = 0;
        int high = spans.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (holds.test(spans.get(middle))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
