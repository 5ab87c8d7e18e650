package io.sluice.server.watch;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.yaml.Problem;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Follows a folder of definition files: a good change is put in force, a bad one is reported and
 * leaves the last good set as it is. Looking is polling, once per {@link #look}: file-system events
 * differ between platforms, get lost on network mounts, and tell of half-written files.
 *
 * <p>Not thread-safe: one thread looks.
 */
public final class DefinitionsWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DefinitionsWatch.class);

    private final Path folder;
    private final DefinitionLoader loader = new DefinitionLoader();
    private final Consumer<DefinitionSet> inForce;
    private final Consumer<List<Problem>> problems;
    private Map<Path, Stamp> seen = Map.of();
    private @Nullable String digest;

    private record Stamp(FileTime modified, long size) {}

    /**
     * @param loaded what the folder held when the server started
     * @param inForce is given every good set that differs from the one before
     * @param problems is given the problems of a bad set, and an empty list once the files are good
     *     again
     */
    public DefinitionsWatch(
            Path folder,
            Loaded loaded,
            Consumer<DefinitionSet> inForce,
            Consumer<List<Problem>> problems) {
        this.folder = folder;
        this.digest = loaded.definitions().map(DefinitionSet::digest).orElse(null);
        this.inForce = inForce;
        this.problems = problems;
    }

    /** Looks once, and tells if something has changed. */
    public void look() {
        Map<Path, Stamp> now;
        try {
            now = stamps();
        } catch (UncheckedIOException e) {
            // A file that vanishes between listing and reading is there, or gone, at the next look.
            LOG.debug("definition files are changing", e);
            return;
        }
        if (now.equals(seen)) {
            return;
        }
        seen = now;
        Loaded loaded = loader.load(List.of(folder));
        if (loaded.definitions().isEmpty()) {
            LOG.warn(
                    "definitions in {} have problems, the last good set stays in force: {}",
                    folder,
                    loaded.problems().getFirst());
            problems.accept(loaded.problems());
            return;
        }
        DefinitionSet set = loaded.definitions().get();
        problems.accept(List.of());
        if (!set.digest().equals(digest)) {
            inForce.accept(set);
            digest = set.digest();
            LOG.info("definitions {} are in force: {} SLOs", digest, set.slos().size());
            loaded.problems().forEach(problem -> LOG.info("{}", problem));
        }
    }

    private Map<Path, Stamp> stamps() {
        try (Stream<Path> paths = Files.walk(folder)) {
            Map<Path, Stamp> stamps = new HashMap<>();
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                BasicFileAttributes attributes =
                        Files.readAttributes(path, BasicFileAttributes.class);
                stamps.put(path, new Stamp(attributes.lastModifiedTime(), attributes.size()));
            }
            return stamps;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
