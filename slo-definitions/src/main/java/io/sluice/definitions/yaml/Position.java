package io.sluice.definitions.yaml;

/**
 * A place in a definition file.
 *
 * @param line from 1
 * @param column from 1, counted in Unicode code points
 */
public record Position(int line, int column) {
    public static final Position START = new Position(1, 1);

    /**
     * Where the next character after this text would stand; a line ends as YAML has it, with LF, CR
     * LF or CR.
     */
    public static Position endOf(String text) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < text.length(); i++) {
            boolean lf = text.charAt(i) == '\n';
            boolean cr =
                    text.charAt(i) == '\r'
                            && (i + 1 == text.length() || text.charAt(i + 1) != '\n');
            if (lf || cr) {
                line++;
                lineStart = i + 1;
            }
        }
        return new Position(line, text.codePointCount(lineStart, text.length()) + 1);
    }
}
