package io.sluice.definitions;

import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Position;
import io.sluice.definitions.yaml.Problem;
import io.sluice.definitions.yaml.Reading;
import io.sluice.definitions.yaml.YamlParser;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds definition files and reads their text. What cannot be read is a problem of that file; the
 * others are read all the same.
 */
final class DefinitionFiles {
    /** More would be a folder named by mistake. */
    static final int MAX_FILES = 10_000;

    /** A schema may lie beside the files that editors check with it. */
    private static final String SCHEMA_ENDING = ".schema.json";

    private final List<Problem> problems;
    private final List<Found> found = new ArrayList<>();
    private final Set<Path> seen = new HashSet<>();
    private boolean whole = true;

    /**
     * @param problems takes those of files that cannot be read
     */
    DefinitionFiles(List<Problem> problems) {
        this.problems = problems;
    }

    /**
     * A file that was read.
     *
     * @param shownAs the path for people, as it was given
     */
    record Found(String shownAs, SourceFile file) {}

    /** Every definition file of these files and folders, once, in path order. */
    List<Found> read(List<Path> filesOrFolders) {
        filesOrFolders.stream().filter(Files::isDirectory).forEach(this::folder);
        int inFolders = seen.size();
        filesOrFolders.stream()
                .filter(path -> !Files.isDirectory(path))
                .forEach(
                        path -> file(path, path.getFileName() == null ? path : path.getFileName()));
        whole = seen.size() == inFolders;
        found.sort(Comparator.comparing(f -> f.file().path()));
        return List.copyOf(found);
    }

    /**
     * Whether everything came from folders, which hold a whole set; a file that was named by itself
     * may be one of many.
     */
    boolean whole() {
        return whole;
    }

    private void folder(Path root) {
        List<Path> paths = new ArrayList<>();
        try {
            Files.walkFileTree(
                    root,
                    EnumSet.of(FileVisitOption.FOLLOW_LINKS),
                    Integer.MAX_VALUE,
                    new Visitor(root, paths));
        } catch (IOException e) {
            report(root, Position.START, "cannot be read: " + e.getMessage(), "a readable folder");
        }
        paths.sort(Comparator.naturalOrder());
        for (Path path : paths) {
            file(path, root.relativize(path));
        }
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        private final Path root;
        private final List<Path> paths;

        Visitor(Path root, List<Path> paths) {
            this.root = root;
            this.paths = paths;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return !folder.equals(root) && isHidden(folder)
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && !isHidden(path) && hasKnownEnding(path)) {
                paths.add(path);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path path, IOException e) {
            report(
                    path,
                    Position.START,
                    "cannot be read: " + e.getMessage(),
                    "a readable file or folder");
            return FileVisitResult.CONTINUE;
        }
    }

    private static boolean isHidden(Path path) {
        return nameOf(path).startsWith(".");
    }

    private static boolean hasKnownEnding(Path path) {
        String name = nameOf(path).toLowerCase(Locale.ROOT);
        return name.endsWith(".yaml")
                || name.endsWith(".yml")
                || (name.endsWith(".json") && !name.endsWith(SCHEMA_ENDING));
    }

    private static String nameOf(Path path) {
        return path.getFileName() == null ? "" : path.getFileName().toString();
    }

    private void file(Path path, Path relative) {
        try {
            if (!Files.exists(path)) {
                report(path, Position.START, "no such file or folder", "");
                return;
            }
            if (!seen.add(path.toRealPath())) {
                return;
            }
            if (seen.size() > MAX_FILES) {
                report(path, Position.START, "too many definition files", "at most " + MAX_FILES);
                return;
            }
            if (Files.size(path) > YamlParser.MAX_TEXT) {
                report(
                        path,
                        Position.START,
                        "the file is too large",
                        "at most " + YamlParser.MAX_TEXT + " bytes");
                return;
            }
            decode(path, Files.readAllBytes(path))
                    .ifPresent(
                            text ->
                                    found.add(
                                            new Found(
                                                    path.toString(),
                                                    new SourceFile(portable(relative), text))));
        } catch (IOException e) {
            report(path, Position.START, "cannot be read: " + e.getMessage(), "a readable file");
        }
    }

    /** Strict UTF-8: a character put in place of a wrong byte would change a name silently. */
    private Optional<String> decode(Path path, byte[] bytes) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, true);
        text.flip();
        if (result.isError()) {
            report(path, Position.endOf(text.toString()), "not UTF-8", "text in UTF-8");
            return Optional.empty();
        }
        return Optional.of(text.toString());
    }

    private static String portable(Path relative) {
        List<String> parts = new ArrayList<>();
        relative.forEach(part -> parts.add(part.toString()));
        return String.join("/", parts);
    }

    private void report(Path path, Position at, String message, String expected) {
        new Reading(path.toString(), problems).error(at, "", message, expected);
    }
}
