package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

final class SenderTest {
    private final AtomicInteger again = new AtomicInteger();

    private static Sender answering(Integer... answers) {
        Deque<Integer> left = new ArrayDeque<>(List.of(answers));
        return new Sender() {
            @Override
            public int send() {
                return left.remove();
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }

    @Test
    void whatIsToComeAgain_comesAgain() throws IOException {
        int items = answering(0, 0, 7).sendUntilAnswered(System.nanoTime(), again::incrementAndGet);
        assertThat(items).isEqualTo(7);
        assertThat(again).hasValue(2);
    }

    @Test
    void aServerThatGoesOnAsking_isGivenUp() {
        long longAgo = System.nanoTime() - Sender.MAX_RETRYING.toNanos() - 1;
        assertThatThrownBy(() -> answering(0, 7).sendUntilAnswered(longAgo, again::incrementAndGet))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("asked for over 30 s to send a request again later");
    }
}
