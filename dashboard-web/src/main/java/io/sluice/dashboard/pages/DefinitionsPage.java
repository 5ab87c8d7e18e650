package io.sluice.dashboard.pages;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Problem;
import io.sluice.engine.SloEngine;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is in force, and everything that is wrong with a change that is not.
 *
 * @param digest the first characters of the set's, which tell any two sets apart that one meets
 * @param inForce what the set holds, in words
 * @param since when it is known to be; it may be for longer unless a change was seen
 * @param problems by file
 * @param files that are in force
 * @param changes since the server's start, newest first
 */
public record DefinitionsPage(
        String digest,
        String inForce,
        Text since,
        List<FileProblems> problems,
        List<FileLink> files,
        List<ChangeRow> changes) {
    private static final int DIGEST_SHOWN = 12;

    /** Of one kind of change, so many are named. */
    private static final int NAMED = 30;

    public DefinitionsPage {
        problems = List.copyOf(problems);
    }

    /** A file, and where its text is. */
    public record FileLink(String file, String address) {}

    /**
     * Other definitions came in force.
     *
     * @param what sentences
     */
    public record ChangeRow(Text at, List<String> what) {}

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

    static DefinitionsPage of(SloEngine engine, DefinitionChanges changes) {
        DefinitionSet set = engine.definitions();
        Instant now = engine.now();
        changes.look(set, now);
        List<DefinitionChanges.Change> seen = changes.all();
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
                Text.at(changes.since(), now).and(seen.isEmpty() ? " or longer" : ""),
                byFile.entrySet().stream()
                        .map(e -> new FileProblems(e.getKey(), e.getValue()))
                        .toList(),
                set.files().stream()
                        .map(SourceFile::path)
                        .sorted()
                        .map(path -> new FileLink(path, SourcePage.address(path)))
                        .toList(),
                seen.stream()
                        .map(
                                change ->
                                        new ChangeRow(
                                                Text.at(change.at(), now),
                                                Stream.of(
                                                                told("Changed", change.changed()),
                                                                told("New", change.added()),
                                                                told("Gone", change.removed()))
                                                        .filter(words -> !words.isEmpty())
                                                        .toList()))
                        .toList());
    }

    private static String told(String how, List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        int more = names.size() - NAMED;
        return how
                + ": "
                + String.join(", ", names.subList(0, Math.min(NAMED, names.size())))
                + (more > 0 ? " and " + Format.count(more) + " more" : "");
    }
}
