import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Formats the Java files below every module's {@code src}, or with {@code check} fails and names those that are not
 * formatted. The build runs it from the root as a single-file program with google-java-format on the class path.
 */
final class Format {
    /** Its time is that of the last run: a file not touched since then needs no second look. */
    private static final Path STAMP = Path.of("target", "formatted");

    private static final Formatter FORMATTER =
            new Formatter(JavaFormatterOptions.builder().style(Style.AOSP).build());

    private Format() {}

    public static void main(String[] args) throws IOException {
        forgetQuickBuilds();
        boolean check = args.length > 0 && args[0].equals("check");
        Instant start = Instant.now();
        Instant since =
                !check && Files.exists(STAMP) ? Files.getLastModifiedTime(STAMP).toInstant() : Instant.MIN;
        List<Path> bad = sources().stream().parallel().filter(file -> changedSince(file, since) && !accept(file, check)).toList();
        if (!bad.isEmpty()) {
            if (check) {
                System.err.println("Not formatted; run 'mvn process-sources' and commit the result:");
            } else {
                System.err.println("Could not be formatted:");
            }
            bad.forEach(file -> System.err.println("  " + file));
        }
        if (check) {
            System.exit(bad.isEmpty() ? 0 : 1);
        }
        // A file that does not parse is left to javac, whose message is better; it is tried again once it is touched.
        Files.createDirectories(STAMP.getParent());
        if (!Files.exists(STAMP)) {
            Files.createFile(STAMP);
        }
        Files.setLastModifiedTime(STAMP, FileTime.from(start));
    }

    /**
     * A quick build leaves {@code target/quick} behind, and classes that no check has seen and that javac would not compile
     * again. Without them the build that runs now has to.
     */
    private static void forgetQuickBuilds() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("."))) {
            for (Path target : entries.map(entry -> entry.normalize().resolve("target")).toList()) {
                if (Files.exists(target.resolve("quick"))) {
                    delete(target.resolve("classes"));
                    delete(target.resolve("quick"));
                }
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("."))) {
            return entries.map(entry -> entry.normalize().resolve("src"))
                    .filter(Files::isDirectory)
                    .flatMap(Format::walk)
                    .filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    private static Stream<Path> walk(Path folder) {
        try {
            return Files.walk(folder);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean changedSince(Path file, Instant since) {
        try {
            return !Files.getLastModifiedTime(file).toInstant().isBefore(since);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean accept(Path file, boolean check) {
        try {
            String before = Files.readString(file);
            String after = FORMATTER.formatSource(RemoveUnusedImports.removeUnusedImports(ImportOrderer.reorderImports(before, Style.AOSP)));
            if (after.equals(before)) {
                return true;
            }
            if (check) {
                return false;
            }
            if (!Files.readString(file).equals(before)) {
                return true; // An editor was faster; its version is formatted next time.
            }
            Files.writeString(file, after);
            return true;
        } catch (FormatterException e) {
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
