package io.sluice.dashboard.api;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.yaml.Problem;

import java.util.List;
import java.util.Locale;

/** The definitions in force, and what is wrong with newer ones. */
record DefinitionsView(String digest, List<File> files, List<ProblemView> problems) {

    /** One file. */
    record File(String path, String text) {}

    /** One problem of a set that is not in force. */
    record ProblemView(
            String severity,
            String file,
            int line,
            int column,
            String path,
            String message,
            String expected) {
        static ProblemView of(Problem problem) {
            return new ProblemView(
                    problem.severity().name().toLowerCase(Locale.ROOT),
                    problem.file(),
                    problem.line(),
                    problem.column(),
                    problem.path(),
                    problem.message(),
                    problem.expected());
        }
    }

    static DefinitionsView of(DefinitionSet set, List<Problem> problems) {
        return new DefinitionsView(
                set.digest(),
                set.files().stream().map(file -> new File(file.path(), file.text())).toList(),
                problems.stream().map(ProblemView::of).toList());
    }
}
