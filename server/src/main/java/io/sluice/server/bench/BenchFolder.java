package io.sluice.server.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A new folder for what a measurement writes, which goes with all that is in it when closed, or
 * when this JVM is told to end. What a killed one has left goes when the next folder is made: its
 * name says which process it is of.
 */
public final class BenchFolder implements AutoCloseable {
    private static final String PREFIX = "sluice-bench-";
    private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "(\\d+)-\\d+");

    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    // They would go on writing into what is removed.
                                    Children.endAll();
                                    OPEN.forEach(BenchFolder::removeIfPossible);
                                },
                                "sluice-bench-folders"));
    }

    private final Path path;

    private BenchFolder(Path path) {
        this.path = path;
        OPEN.add(path);
    }

    /** Makes one where the system has its temporary files. */
    public static BenchFolder create() throws IOException {
        return createIn(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Makes one in a folder. */
    static BenchFolder createIn(Path parent) throws IOException {
        removeLeft(parent);
        return new BenchFolder(
                Files.createTempDirectory(parent, PREFIX + ProcessHandle.current().pid() + "-"));
    }

    private static void removeLeft(Path parent) throws IOException {
        try (Stream<Path> all = Files.list(parent)) {
            all.filter(BenchFolder::isLeft).forEach(BenchFolder::removeIfPossible);
        }
    }

    private static boolean isLeft(Path path) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        return name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
    }

    private static void removeIfPossible(Path path) {
        try {
            remove(path);
        } catch (IOException e) {
            // Somebody else's, or still being written; the next one tries again.
        }
    }

    private static void remove(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        remove(path);
        OPEN.remove(path);
    }
}
