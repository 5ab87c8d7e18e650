package io.sluice.definitions;

import io.sluice.definitions.model.Op;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Closed sets of words that keep the order in which messages list them. */
final class Words {
    /** OpenSLO's comparison operators. */
    static final Map<String, Op> OPS =
            of(
                    Map.entry("lt", Op.LT),
                    Map.entry("lte", Op.LTE),
                    Map.entry("gt", Op.GT),
                    Map.entry("gte", Op.GTE));

    private Words() {}

    /** The word that means this. */
    static <T> String word(Map<String, T> words, T meaning) {
        return words.entrySet().stream()
                .filter(word -> word.getValue().equals(meaning))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no word means " + meaning));
    }

    @SafeVarargs
    static <T> Map<String, T> of(Map.Entry<String, T>... meanings) {
        Map<String, T> words = new LinkedHashMap<>();
        for (Map.Entry<String, T> meaning : meanings) {
            words.put(meaning.getKey(), meaning.getValue());
        }
        return Collections.unmodifiableMap(words);
    }
}
