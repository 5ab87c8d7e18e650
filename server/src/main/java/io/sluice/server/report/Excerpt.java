package io.sluice.server.report;

/**
 * A line of a file, made safe for a terminal, and under it a caret at one of its characters.
 *
 * <p>Terminals count columns where files count characters: a tab goes to the next stop, a CJK
 * character or an emoji takes two columns, a combining accent none. So what stands before the caret
 * has its tabs kept, and blanks for everything else, as many as it is wide.
 *
 * @param line the line, or so much of it as is near the character
 * @param caret blanks, tabs, and one caret
 */
record Excerpt(String line, String caret) {
    /** Code points that are shown of a longer line; JSON may be all on one. */
    static final int MAX_LENGTH = 120;

    private static final String CUT = "…";
    private static final int REPLACEMENT = 0xFFFD;

    /**
     * @param line without its end
     * @param column from 1, in code points; one past the end is the place where something is
     *     missing
     */
    static Excerpt of(String line, int column) {
        int[] codePoints = line.codePoints().map(Excerpt::harmless).toArray();
        int at = Math.min(column - 1, codePoints.length);
        int start = Math.max(0, Math.min(at - MAX_LENGTH / 2, codePoints.length - MAX_LENGTH));
        int end = Math.min(codePoints.length, start + MAX_LENGTH);
        String before = start > 0 ? CUT : "";
        StringBuilder caret = new StringBuilder(" ".repeat(before.length()));
        for (int i = start; i < at; i++) {
            if (codePoints[i] == '\t') {
                caret.append('\t');
            } else {
                caret.repeat(' ', width(codePoints[i]));
            }
        }
        return new Excerpt(
                before
                        + new String(codePoints, start, end - start)
                        + (end < codePoints.length ? CUT : ""),
                caret.append('^').toString());
    }

    /** Nothing that moves the cursor, changes colours or turns the direction of writing. */
    private static int harmless(int codePoint) {
        boolean turns =
                (codePoint >= 0x202A && codePoint <= 0x202E)
                        || (codePoint >= 0x2066 && codePoint <= 0x2069);
        boolean controls = Character.getType(codePoint) == Character.CONTROL && codePoint != '\t';
        boolean half = Character.getType(codePoint) == Character.SURROGATE;
        return turns || controls || half ? REPLACEMENT : codePoint;
    }

    /** Columns by the wide and fullwidth blocks of Unicode's East Asian Width (UAX 11). */
    private static int width(int codePoint) {
        int type = Character.getType(codePoint);
        if (type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT) {
            return 0;
        }
        boolean wide =
                within(codePoint, 0x1100, 0x115F)
                        || (within(codePoint, 0x2E80, 0xA4CF) && codePoint != 0x303F)
                        || within(codePoint, 0xA960, 0xA97C)
                        || within(codePoint, 0xAC00, 0xD7A3)
                        || within(codePoint, 0xF900, 0xFAFF)
                        || within(codePoint, 0xFE30, 0xFE6F)
                        || within(codePoint, 0xFF00, 0xFF60)
                        || within(codePoint, 0xFFE0, 0xFFE6)
                        || within(codePoint, 0x1F300, 0x1F64F)
                        || within(codePoint, 0x1F680, 0x1F6FF)
                        || within(codePoint, 0x1F900, 0x1FAFF)
                        || within(codePoint, 0x20000, 0x3FFFD);
        return wide ? 2 : 1;
    }

    private static boolean within(int codePoint, int from, int to) {
        return codePoint >= from && codePoint <= to;
    }
}
