package io.sluice.definitions.yaml;

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

    /** Whether the set can still be used. */
    public enum Severity {
        ERROR,
        WARNING
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
                + (severity == Severity.ERROR ? "error" : "warning")
                + ": "
                + message
                + (expected.isEmpty() ? "" : "; expected " + expected)
                + (path.isEmpty() ? "" : " (" + path + ")");
    }
}
