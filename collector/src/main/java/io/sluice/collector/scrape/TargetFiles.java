package io.sluice.collector.scrape;

import io.sluice.definitions.yaml.Problem;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Follows the files that name a job's targets. A file that cannot be understood leaves its last
 * targets in place, one that is gone has none; and what is wrong is said once. One thread calls
 * {@link #look}; the count of bad files is for any.
 */
public final class TargetFiles {

    private static final Logger LOG = LoggerFactory.getLogger(TargetFiles.class);

    private final List<ScrapeJob> jobs;
    private final Consumer<List<ScrapeTarget>> scrape;
    private Map<Source, Seen> seen = new LinkedHashMap<>();
    private @Nullable List<ScrapeTarget> last;
    private volatile int badFiles;

    /** A file, as one job reads it. */
    private record Source(ScrapeJob job, Path file) {}

    /**
     * What a file held, and what it was last good for.
     *
     * @param problem empty if it is good now
     */
    private record Seen(String text, List<ScrapeTarget> targets, String problem) {}

    /**
     * @param scrape is told of all targets of all jobs, at the first look and whenever they change
     */
    public TargetFiles(List<ScrapeJob> jobs, Consumer<List<ScrapeTarget>> scrape) {
        this.jobs = List.copyOf(jobs);
        this.scrape = scrape;
    }

    /** How many files are not in use as they are now. */
    public int badFiles() {
        return badFiles;
    }

    /** Looks at all files. */
    public void look() {
        Map<Source, Seen> now = new LinkedHashMap<>();
        List<ScrapeTarget> targets = new ArrayList<>();
        for (ScrapeJob job : jobs) {
            targets.addAll(job.targets());
            List<ScrapeTarget> found = new ArrayList<>();
            for (Path file : files(job)) {
                Source source = new Source(job, file);
                Seen read = read(source, job.maxTargets() - found.size());
                now.put(source, read);
                found.addAll(read.targets());
            }
            targets.addAll(found);
        }
        seen = now;
        badFiles = (int) now.values().stream().filter(one -> !one.problem.isEmpty()).count();
        if (!targets.equals(last)) {
            last = targets;
            scrape.accept(targets);
        }
    }

    private static Iterable<Path> files(ScrapeJob job) {
        TreeSet<Path> files = new TreeSet<>();
        for (Path pattern : job.files()) {
            Path folder = pattern.toAbsolutePath().getParent();
            Path name = pattern.getFileName();
            if (folder == null || name == null || !Files.isDirectory(folder)) {
                continue;
            }
            try (DirectoryStream<Path> matches =
                    Files.newDirectoryStream(folder, name.toString())) {
                matches.forEach(files::add);
            } catch (IOException e) {
                LOG.warn("{} cannot be listed", folder, e);
            }
        }
        return files;
    }

    private Seen read(Source source, int room) {
        Optional<Seen> before = Optional.ofNullable(seen.get(source));
        List<ScrapeTarget> known = before.map(Seen::targets).orElse(List.of());
        String text;
        try {
            text = Files.readString(source.file);
        } catch (IOException e) {
            return told(before, new Seen("", known, "cannot be read: " + e), source);
        }
        if (before.isPresent()
                && before.get().text.equals(text)
                && known.size() <= room
                && before.get().problem.isEmpty()) {
            return before.get();
        }
        List<Problem> problems = new ArrayList<>();
        Optional<List<ScrapeTarget>> targets =
                new TargetGroups(source.job, problems).read(source.file.toString(), text);
        String problem =
                targets.isEmpty()
                        ? problems.toString()
                        : targets.get().size() > room
                                ? "names more than the job's %d targets"
                                        .formatted(source.job.maxTargets())
                                : "";
        List<ScrapeTarget> use = problem.isEmpty() ? targets.orElseThrow() : known;
        // A file before this one may have taken its room.
        return told(before, new Seen(text, use.size() <= room ? use : List.of(), problem), source);
    }

    private static Seen told(Optional<Seen> before, Seen now, Source source) {
        String was = before.map(Seen::problem).orElse("");
        if (!now.problem.isEmpty() && !now.problem.equals(was)) {
            LOG.warn("job {}: {} is not in use: {}", source.job.name(), source.file, now.problem);
        } else if (now.problem.isEmpty()) {
            LOG.info("{} names {} targets", source.file, now.targets.size());
        }
        return now;
    }
}
