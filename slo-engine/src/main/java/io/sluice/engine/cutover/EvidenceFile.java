package io.sluice.engine.cutover;

import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredDecision;
import io.sluice.engine.store.StoredRun;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A run's evidence as a file that stands alone, one JSON object a line:
 *
 * <ol>
 *   <li>what the run was, and its cutover's definition as text, with everything that it refers to;
 *   <li>each of its decisions in order, as {@code id}, {@code sha256} and the {@code evidence} that
 *       this is the digest of (canonical: keys in order, no space, shortest numbers);
 *   <li>the end, with how many decisions there are and the last one's digest as {@code head}.
 * </ol>
 *
 * A decision brings the strata that were sealed since the one before, as rows of step, metric,
 * start, group, and bad and total events of the baseline and of the candidate; of a quantile also
 * both sides' values, as packed sketches in Base64. {@link EvidenceVerifier} reads it.
 */
public final class EvidenceFile {

    static final String FORMAT = "sluice-evidence-file-1";

    /** Decisions that are read from the store at once. */
    private static final int PAGE = 100;

    private EvidenceFile() {}

    /**
     * The lines of one run's file, read from the store while they are taken.
     *
     * @param run its number; the newest if empty
     * @return empty if there is no such cutover or run
     */
    public static Optional<Stream<String>> of(Store store, String cutover, OptionalInt run) {
        List<StoredRun> runs = store.runs(cutover);
        return runs.stream()
                .filter(stored -> stored.run() == run.orElse(runs.getLast().run()))
                .findFirst()
                .map(stored -> lines(store, stored));
    }

    private static Stream<String> lines(Store store, StoredRun run) {
        String definition = store.meta(RunState.definitionKey(run.cutover(), run.run())).orElse("");
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                        new Lines(store, run, definition),
                        Spliterator.ORDERED | Spliterator.NONNULL),
                false);
    }

    /** What decided the run is in its first record; an earlier version may have had less of it. */
    private static String method(Store store, StoredRun run) {
        return store.decisionsAfter(run.cutover(), run.run(), "", 1).stream()
                .findFirst()
                .map(first -> CanonicalJson.read(first.evidence()).path("definition"))
                .map(CutoverPlan::method)
                .orElse(CutoverPlan.METHOD);
    }

    private static String header(StoredRun run, String definition, String method) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("format", FORMAT);
        all.put("cutover", run.cutover());
        all.put("run", run.run());
        all.put("revision", run.revision());
        all.put("principal", run.principal());
        all.put("startedAt", Instant.ofEpochMilli(run.startedAtMillis()).toString());
        all.put(
                "endedAt",
                run.endedAtMillis() == 0
                        ? null
                        : Instant.ofEpochMilli(run.endedAtMillis()).toString());
        all.put("engine", EvidenceRecord.ENGINE);
        all.put("method", method);
        all.put("configSha256", run.definitionDigest());
        all.put("definition", definition);
        return CanonicalJson.write(all);
    }

    /**
     * The evidence stands here as it is stored, so that its digest can be computed from the line.
     */
    private static String line(StoredDecision decision) {
        return "{\"id\":\""
                + decision.id()
                + "\",\"sha256\":\""
                + decision.sha256()
                + "\",\"evidence\":"
                + decision.evidence()
                + "}";
    }

    private static final class Lines implements Iterator<String> {
        private final Store store;
        private final StoredRun run;
        private final String definition;
        private Iterator<StoredDecision> page = List.<StoredDecision>of().iterator();
        private @Nullable StoredDecision last;
        private long decisions;
        private boolean begun;
        private boolean ended;

        Lines(Store store, StoredRun run, String definition) {
            this.store = store;
            this.run = run;
            this.definition = definition;
        }

        @Override
        public boolean hasNext() {
            return !ended;
        }

        @Override
        public String next() {
            if (ended) {
                throw new NoSuchElementException();
            }
            if (!begun) {
                begun = true;
                return header(run, definition, method(store, run));
            }
            if (!page.hasNext()) {
                String after = last == null ? "" : last.id();
                page = store.decisionsAfter(run.cutover(), run.run(), after, PAGE).iterator();
            }
            if (page.hasNext()) {
                StoredDecision next = page.next();
                last = next;
                decisions++;
                return line(next);
            }
            ended = true;
            Map<String, @Nullable Object> end = new LinkedHashMap<>();
            end.put("end", true);
            end.put("decisions", decisions);
            end.put("head", last == null ? null : last.sha256());
            return CanonicalJson.write(end);
        }
    }
}
