package io.sluice.dashboard.http;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Answers that all readers share within a second, unless something has changed: two hundred open
 * pages ask at the same moment, and what they ask is the same. Beyond the limit the longest unasked
 * is forgotten. Thread-safe; late comers wait for the one who makes it.
 */
public final class SharedAnswers {
    private static final int MAX_ANSWERS = 64;

    private final InstantSource clock;
    private final Recent<Shared<Answered>> answers;

    /**
     * @param changes how many changes there were so far
     */
    public SharedAnswers(LongSupplier changes, InstantSource clock) {
        this.clock = clock;
        this.answers = new Recent<>(MAX_ANSWERS, () -> new Shared<>(changes));
    }

    /**
     * The answer to a question.
     *
     * @param question everything that the answer depends on, beside the time and what has changed
     * @param maker makes it; what it throws is thrown, and nothing is kept
     */
    public Answered to(String question, Supplier<Answered> maker) {
        return answers.answer(question, answer -> answer.at(clock.instant(), maker));
    }
}
