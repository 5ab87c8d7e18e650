package io.sluice.definitions;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.yaml.Problem;

import java.util.List;
import java.util.Optional;

/**
 * What loading gave.
 *
 * @param definitions absent where a problem is an error, and where files were given without the
 *     objects that they refer to: such files may be right, and are no set that could be served
 * @param problems every problem of every file, in file, line and column order
 */
public record Loaded(Optional<DefinitionSet> definitions, List<Problem> problems) {
    public Loaded {
        problems = List.copyOf(problems);
        if (definitions.isPresent() && !valid(problems)) {
            throw new IllegalArgumentException("a set with errors");
        }
    }

    /** Whether there are no errors; warnings and notes are allowed. */
    public boolean valid() {
        return valid(problems);
    }

    private static boolean valid(List<Problem> problems) {
        return problems.stream().noneMatch(p -> p.severity() == Problem.Severity.ERROR);
    }
}
