package io.sluice.server.watch;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.yaml.Problem;
import io.sluice.server.report.Counted;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Follows a folder of definition files: a good change is put in force, a bad one is reported and
 * leaves the last good set as it is. Looking is polling, once per {@link #look}: file-system events
 * differ between platforms, get lost on network mounts, and tell of half-written files.
 *
 * <p>One thread looks; {@link #status} is for any thread.
 */
public final class DefinitionsWatch {
    // Editors and tools save in different ways: they write into the file (which for a moment is
    // empty, and an empty file is a legal one), rename another over it, or turn a link to another
    // folder, as Kubernetes does for a ConfigMap. So a change counts once two looks in a row see
    // the same files, and only if they are the same after they were read. That also keeps two
    // changes apart that a file system's clock cannot, as long as it ticks more often than we look.

    private static final Logger LOG = LoggerFactory.getLogger(DefinitionsWatch.class);

    private final Path folder;
    private final DefinitionLoader loader = new DefinitionLoader();
    private final Engine engine;
    private final InstantSource clock;
    private @Nullable FolderStamps seen;
    private @Nullable FolderStamps handled;
    private boolean filled;
    private @Nullable String digest;
    private volatile Status status;

    /** Where definitions go. */
    public interface Engine {
        /**
         * Takes a good set.
         *
         * @throws IOException if it cannot be put in force now; it is given again at the next look
         */
        void putInForce(DefinitionSet set) throws IOException;

        /**
         * Takes the problems of a bad set; an empty list once the files are good again, also where
         * they are the same as those in force.
         */
        void refuse(List<Problem> problems);
    }

    /**
     * How the last change of the files went.
     *
     * @param successful whether what the folder holds is in force
     * @param succeededAt when that was last found so of a change
     * @param problems of the files, in force or not
     */
    public record Status(boolean successful, Instant succeededAt, Counted problems) {}

    /**
     * @param loaded what the folder held when the server started
     */
    public DefinitionsWatch(Path folder, Loaded loaded, Engine engine, InstantSource clock) {
        this.folder = folder;
        this.engine = engine;
        this.clock = clock;
        loaded.definitions()
                .ifPresent(
                        set -> {
                            digest = set.digest();
                            filled = !set.files().isEmpty();
                        });
        this.status = new Status(loaded.valid(), clock.instant(), Counted.of(loaded.problems()));
    }

    /** How the last change went. */
    public Status status() {
        return status;
    }

    /** Looks once, and tells if something has changed. */
    public void look() {
        FolderStamps now = FolderStamps.of(folder);
        if (!now.equals(seen)) {
            seen = now;
            return;
        }
        if (now.equals(handled)) {
            return;
        }
        Loaded loaded = loader.load(List.of(folder));
        if (!FolderStamps.of(folder).equals(now)) {
            return;
        }
        try {
            handle(loaded);
            handled = now;
        } catch (IOException e) {
            LOG.warn("changed definitions cannot be put in force now; trying again", e);
        }
    }

    private void handle(Loaded loaded) throws IOException {
        if (loaded.definitions().isEmpty()) {
            refuse(loaded.problems());
            return;
        }
        DefinitionSet set = loaded.definitions().get();
        if (set.files().isEmpty() && filled) {
            refuse(List.of(vanished()));
            return;
        }
        if (!set.digest().equals(digest)) {
            engine.putInForce(set);
            digest = set.digest();
            filled = true;
            LOG.info("definitions {} are in force: {} SLOs", digest, set.slos().size());
            loaded.problems().forEach(problem -> LOG.info("{}", problem));
        }
        engine.refuse(List.of());
        status = new Status(true, clock.instant(), Counted.of(loaded.problems()));
    }

    private void refuse(List<Problem> problems) {
        LOG.warn(
                "definitions in {} have problems, the last good set stays in force; {}, the first"
                        + " is {}",
                folder,
                Counted.of(problems).inWords(),
                problems.getFirst());
        engine.refuse(problems);
        status = new Status(false, status.succeededAt(), Counted.of(problems));
    }

    /** Far more often a mount that is gone than somebody's wish to promise nothing any more. */
    private Problem vanished() {
        return new Problem(
                Problem.Severity.ERROR,
                folder.toString(),
                1,
                1,
                "",
                "all definition files are gone",
                "at least one file; a server without objectives is started with an empty folder");
    }
}
