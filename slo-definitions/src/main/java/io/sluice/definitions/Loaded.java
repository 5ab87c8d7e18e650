package io.sluice.definitions;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.yaml.Problem;

import java.util.List;
import java.util.Optional;

/**
 * What loading gave.
 *
 * @param definitions present unless a problem is an error
 * @param problems every problem of every file, in file, line and column order
 */
public record Loaded(Optional<DefinitionSet> definitions, List<Problem> problems) {
    public Loaded {
        problems = List.copyOf(problems);
    }

    /** Whether there are no errors; warnings are allowed. */
    public boolean valid() {
        return definitions.isPresent();
    }
}
