package io.sluice.dashboard.pages;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Problem;
import io.sluice.engine.SloEngine;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is in force, and everything that is wrong with a change that is not.
 *
 * @param digest the first characters of the set's, which tell any two sets apart that one meets
 * @param inForce what the set holds, in words
 * @param problems by file
 * @param files that are in force
 */
public record DefinitionsPage(
        String digest, String inForce, List<FileProblems> problems, List<FileLink> files) {
    private static final int DIGEST_SHOWN = 12;

    public DefinitionsPage {
        problems = List.copyOf(problems);
    }

    /** A file, and where its text is. */
    public record FileLink(String file, String address) {}

    /** One file's problems. */
    public record FileProblems(String file, List<Row> rows) {
        public FileProblems {
            rows = List.copyOf(rows);
        }
    }

    /** One problem. */
    public record Row(String severity, String place, String path, String message, String expected) {
        static Row of(Problem problem) {
            return new Row(
                    problem.severity().name().toLowerCase(Locale.ROOT),
                    problem.line() + ":" + problem.column(),
                    problem.path(),
                    problem.message(),
                    problem.expected());
        }
    }

    static DefinitionsPage of(SloEngine engine) {
        DefinitionSet set = engine.definitions();
        Map<String, List<Row>> byFile =
                engine.definitionProblems().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Problem::file,
                                        TreeMap::new,
                                        Collectors.mapping(Row::of, Collectors.toList())));
        return new DefinitionsPage(
                set.digest().substring(0, Math.min(DIGEST_SHOWN, set.digest().length())),
                "%d SLOs and %d cutovers, in %d files"
                        .formatted(set.slos().size(), set.cutovers().size(), set.files().size()),
                byFile.entrySet().stream()
                        .map(e -> new FileProblems(e.getKey(), e.getValue()))
                        .toList(),
                set.files().stream()
                        .map(SourceFile::path)
                        .sorted()
                        .map(path -> new FileLink(path, SourcePage.address(path)))
                        .toList());
    }
}
