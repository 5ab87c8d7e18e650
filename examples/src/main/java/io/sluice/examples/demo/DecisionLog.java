package io.sluice.examples.demo;

import io.sluice.examples.automation.GateAnswer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The gate's answers, each kept when it differs from the one before it in more than its figures.
 * Thread-safe.
 */
final class DecisionLog {
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Entry> last = new HashMap<>();

    /** An answer about a cutover. */
    record Entry(String cutover, Instant at, GateAnswer answer) {
        boolean saysTheSameAs(Entry other) {
            return answer.decision() == other.answer.decision()
                    && answer.run().equals(other.answer.run())
                    && answer.candidateShare() == other.answer.candidateShare()
                    && codes().equals(other.codes());
        }

        private List<String> codes() {
            return answer.reasons().stream().map(r -> r.code() + " " + r.metric()).toList();
        }
    }

    /** Keeps the answer if it is new; whether it was. */
    synchronized boolean add(String cutover, GateAnswer answer, Instant at) {
        Entry entry = new Entry(cutover, at, answer);
        Entry before = last.put(cutover, entry);
        if (before != null && before.saysTheSameAs(entry)) {
            return false;
        }
        entries.add(entry);
        return true;
    }

    /** What was kept, the oldest first. */
    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** The answers about a cutover's first run. */
    synchronized List<GateAnswer> firstRun(String cutover) {
        List<GateAnswer> own =
                entries.stream()
                        .filter(e -> e.cutover().equals(cutover))
                        .map(Entry::answer)
                        .toList();
        return own.stream().filter(answer -> answer.run().equals(own.getFirst().run())).toList();
    }
}
