package io.sluice.server.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A new folder for what a measurement writes, which goes with all that is in it when closed. */
public final class BenchFolder implements AutoCloseable {
    private static final String PREFIX = "sluice-bench";

    private final Path path;

    private BenchFolder(Path path) {
        this.path = path;
    }

    /** Makes one where the system has its temporary files. */
    public static BenchFolder create() throws IOException {
        return new BenchFolder(Files.createTempDirectory(PREFIX));
    }

    /** Makes one in a folder. */
    static BenchFolder createIn(Path parent) throws IOException {
        return new BenchFolder(Files.createTempDirectory(parent, PREFIX));
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
