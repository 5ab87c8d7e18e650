package io.sluice.dashboard.http;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A place for each of the questions that were asked last, where what is known of its answer is
 * kept. Beyond the limit the longest unasked is forgotten, and so is one whose answer throws: what
 * nobody can be told takes no place from what all look at. Thread-safe.
 */
public final class Recent<T> {
    private final int most;
    private final Supplier<T> maker;
    private final Map<String, T> places = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param most how many places are kept; more only while answers to them are being made
     * @param maker makes an empty place
     */
    public Recent(int most, Supplier<T> maker) {
        this.most = most;
        this.maker = maker;
    }

    /**
     * The answer to a question.
     *
     * @param answer makes it from what the place has; what it throws is thrown
     */
    public <R> R answer(String question, Function<T, R> answer) {
        T place;
        synchronized (places) {
            place = places.computeIfAbsent(question, _ -> maker.get());
        }
        boolean answered = false;
        try {
            R made = answer.apply(place);
            answered = true;
            return made;
        } finally {
            settle(question, place, answered);
        }
    }

    private void settle(String question, T place, boolean answered) {
        synchronized (places) {
            if (!answered) {
                places.remove(question, place);
            }
            Iterator<T> oldest = places.values().iterator();
            for (int over = places.size() - most; over > 0; over--) {
                oldest.next();
                oldest.remove();
            }
        }
    }
}
