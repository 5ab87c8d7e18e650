package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.dashboard.openapi.OneOf;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Problem;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/** The definitions in force, and what is wrong with newer ones. */
record DefinitionsView(
        @Described(
                        "SHA-256 of the files' paths and texts, in hex; empty while"
                                + " nothing is in force.")
                String digest,
        @Described("The files in force, in the order of their paths.") List<File> files,
        @Described("Where the next page of files begins, as ?cursor; null on the last.")
                @Nullable String next,
        @Described("What keeps a newer set from being in force; empty if nothing" + " does.")
                List<ProblemView> problems) {

    /** One file. */
    @Described(name = "DefinitionFile")
    record File(@Described("Relative to the definitions' folder.") String path, String text) {}

    /** One problem of a set that is not in force. */
    @Described(name = "DefinitionProblem")
    record ProblemView(
            @OneOf(words = {"error", "warning", "note"}) String severity,
            String file,
            @Described("From 1.") int line,
            @Described("From 1, in Unicode code points.") int column,
            @Described("Where it is in the document, for example" + " spec.objectives[0].target.")
                    String path,
            String message,
            @Described("Empty where the message says it all.") String expected) {
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

    static DefinitionsView of(
            DefinitionSet set, Paging.Page<SourceFile> files, List<Problem> problems) {
        return new DefinitionsView(
                set.digest(),
                files.map(file -> new File(file.path(), file.text())),
                files.next(),
                problems.stream().map(ProblemView::of).toList());
    }
}
