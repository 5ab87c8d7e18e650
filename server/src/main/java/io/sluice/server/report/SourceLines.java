package io.sluice.server.report;

import io.sluice.definitions.yaml.Problem;
import io.sluice.definitions.yaml.YamlParser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The lines that problems stand in, each file read once, when a problem of it is shown. */
final class SourceLines {
    private static final Pattern LINE_END = Pattern.compile("\r\n|\n|\r");

    private final Map<String, List<String>> files = new HashMap<>();

    /** The line of a problem; empty where the file cannot be read or has changed meanwhile. */
    Optional<String> of(Problem problem) {
        List<String> lines = files.computeIfAbsent(problem.file(), SourceLines::read);
        return problem.line() <= lines.size()
                ? Optional.of(lines.get(problem.line() - 1))
                : Optional.empty();
    }

    private static List<String> read(String file) {
        try {
            Path path = Path.of(file);
            if (!Files.isRegularFile(path) || Files.size(path) > YamlParser.MAX_TEXT) {
                return List.of();
            }
            String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
            String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
            return List.of(LINE_END.split(withoutMark, -1));
        } catch (IOException | InvalidPathException e) {
            return List.of();
        }
    }
}
