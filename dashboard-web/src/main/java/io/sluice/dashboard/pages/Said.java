package io.sluice.dashboard.pages;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a description as OpenAPI has it, in CommonMark, of which ours have code only.
 *
 * @param code whether it stood between backticks
 */
public record Said(String text, boolean code) {

    /** Cuts a text at its backticks; one without a second is text. */
    public static List<Said> parts(String text) {
        List<Said> parts = new ArrayList<>();
        int from = 0;
        for (int open = text.indexOf('`'); open >= 0; open = text.indexOf('`', from)) {
            int close = text.indexOf('`', open + 1);
            if (close < 0) {
                break;
            }
            parts.add(new Said(text.substring(from, open), false));
            parts.add(new Said(text.substring(open + 1, close), true));
            from = close + 1;
        }
        parts.add(new Said(text.substring(from), false));
        return parts;
    }
}
