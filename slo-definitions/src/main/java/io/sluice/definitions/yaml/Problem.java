package io.sluice.definitions.yaml;

import java.util.Locale;

/**
 * Something wrong in a definition file.
 *
 * @param file the path as it was given
 * @param line from 1
 * @param column from 1, counted in Unicode code points, at the key or value that is wrong
 * @param path where it is in the document, for example {@code spec.objectives[0].target}
 * @param message what is wrong
 * @param expected what was expected; empty where the message says it all
 */
public record Problem(
        Severity severity,
        String file,
        int line,
        int column,
        String path,
        String message,
        String expected)
        implements Comparable<Problem> {

    /** What a problem means for the set. */
    public enum Severity {
        /** The language forbids it, or nobody can tell what it means: the set is refused. */
        ERROR,
        /** Legal, but readings of it differ or it makes no sense. */
        WARNING,
        /** Legal and sensible, but Sluice does not act on it, or cannot check it here. */
        NOTE
    }

    @Override
    public int compareTo(Problem other) {
        int byFile = file.compareTo(other.file);
        if (byFile != 0) {
            return byFile;
        }
        return line != other.line
                ? Integer.compare(line, other.line)
                : Integer.compare(column, other.column);
    }

    /** {@code file:line:column: severity: message; expected …}. */
    @Override
    public String toString() {
        return file
                + ":"
                + line
                + ":"
                + column
                + ": "
                + severity.name().toLowerCase(Locale.ROOT)
                + ": "
                + message
                + (expected.isEmpty() ? "" : "; expected " + expected)
                + (path.isEmpty() ? "" : " (" + path + ")");
    }
}
