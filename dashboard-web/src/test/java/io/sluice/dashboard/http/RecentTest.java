package io.sluice.dashboard.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;

/** Which questions have a place. */
final class RecentTest {
    private final Recent<AtomicInteger> recent = new Recent<>(2, AtomicInteger::new);

    @Test
    void theLongestUnasked_isForgotten() {
        ask("a");
        ask("b");
        assertThat(ask("a")).isEqualTo(2);
        ask("c");

        assertThat(ask("a")).isEqualTo(3);
        assertThat(ask("b")).isEqualTo(1);
    }

    @Test
    void whatCannotBeAnswered_takesNoPlace() {
        ask("a");
        ask("b");
        for (int i = 0; i < 3; i++) {
            String question = "none-" + i;
            assertThatThrownBy(
                            () ->
                                    recent.answer(
                                            question,
                                            _ -> {
                                                throw new IllegalStateException(question);
                                            }))
                    .hasMessage(question);
        }

        assertThat(ask("a")).isEqualTo(2);
        assertThat(ask("b")).isEqualTo(2);
    }

    /** How often it was asked while it had a place. */
    private int ask(String question) {
        return recent.answer(question, AtomicInteger::incrementAndGet);
    }
}
