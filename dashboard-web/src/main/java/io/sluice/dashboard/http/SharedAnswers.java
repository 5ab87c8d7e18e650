package io.sluice.dashboard.http;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Answers that all readers share within a second, unless something has changed: two hundred open
 * pages ask at the same moment, and what they ask is the same. Beyond the limit the longest unasked
 * is forgotten. Thread-safe; late comers wait for the one who makes it.
 */
public final class SharedAnswers {
    private static final int MAX_ANSWERS = 64;

    private final LongSupplier changes;
    private final InstantSource clock;
    private final Map<String, Shared<Answered>> answers = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param changes how many changes there were so far
     */
    public SharedAnswers(LongSupplier changes, InstantSource clock) {
        this.changes = changes;
        this.clock = clock;
    }

    /**
     * The answer to a question.
     *
     * @param question everything that the answer depends on, beside the time and what has changed
     * @param maker makes it; what it throws is thrown, and nothing is kept
     */
    public Answered to(String question, Supplier<Answered> maker) {
        Shared<Answered> answer;
        synchronized (answers) {
            answer = answers.computeIfAbsent(question, q -> new Shared<>(changes));
            if (answers.size() > MAX_ANSWERS) {
                answers.remove(answers.keySet().iterator().next());
            }
        }
        return answer.at(clock.instant(), maker);
    }
}
