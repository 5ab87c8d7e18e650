package io.sluice.definitions.yaml;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** How problems put words and choices. */
public final class Texts {
    private static final int SHOWN_CODE_POINTS = 60;

    private Texts() {}

    /** On one line, and short enough for a message. */
    public static String shortened(String text) {
        return shortened(text, SHOWN_CODE_POINTS);
    }

    /** On one line, cut after so many code points. */
    public static String shortened(String text, int most) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        if (line.codePointCount(0, line.length()) <= most) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, most)) + "…";
    }

    /** {@code a, b or c}. */
    public static String choice(Collection<String> words) {
        StringBuilder text = new StringBuilder();
        int left = words.size();
        for (String word : words) {
            text.append(word).append(--left == 0 ? "" : left == 1 ? " or " : ", ");
        }
        return text.toString();
    }

    /** What to append to a message about an unknown word: its nearest known one, or nothing. */
    public static String didYouMean(String word, Collection<String> known) {
        return nearest(word, known).map(near -> ", did you mean `" + near + "`?").orElse("");
    }

    /**
     * The known word that was probably meant: at most two typing mistakes away (one in words of up
     * to four letters), upper and lower case being alike.
     */
    public static Optional<String> nearest(String word, Collection<String> known) {
        if (word.length() > SHOWN_CODE_POINTS * 2) {
            return Optional.empty();
        }
        String wanted = word.toLowerCase(Locale.ROOT);
        String best = null;
        int bestDistance = wanted.length() <= 4 ? 2 : 3;
        for (String candidate : known) {
            int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours count
     * one each.
     */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] =
                        Math.min(
                                cost[i - 1][j - 1] + change,
                                Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
