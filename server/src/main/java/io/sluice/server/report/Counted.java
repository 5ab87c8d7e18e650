package io.sluice.server.report;

import io.sluice.definitions.yaml.Problem;
import io.sluice.definitions.yaml.Problem.Severity;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** How many problems there are of each severity. */
public record Counted(long errors, long warnings, long notes) {

    /** Counts them. */
    public static Counted of(List<Problem> problems) {
        Map<Severity, Long> counts = new EnumMap<>(Severity.class);
        problems.forEach(problem -> counts.merge(problem.severity(), 1L, Long::sum));
        return new Counted(
                counts.getOrDefault(Severity.ERROR, 0L),
                counts.getOrDefault(Severity.WARNING, 0L),
                counts.getOrDefault(Severity.NOTE, 0L));
    }

    /** For example {@code 1 error, 2 warnings, 0 notes}. */
    public String inWords() {
        return new StringJoiner(", ")
                .add(counted(errors, "error"))
                .add(counted(warnings, "warning"))
                .add(counted(notes, "note"))
                .toString();
    }

    /** For example {@code 1 file}. */
    public static String counted(long count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
