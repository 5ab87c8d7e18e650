package io.sluice.dashboard.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What many readers ask at once is made once. */
final class SharedTest {
    private static final Instant NOW = Instant.parse("2026-02-14T10:40:00.100Z");

    private final AtomicLong changes = new AtomicLong();
    private final AtomicInteger made = new AtomicInteger();
    private final Shared<Integer> shared = new Shared<>(changes::get);

    @Test
    void sameSecond_isMadeOnce() {
        assertThat(at(NOW)).isEqualTo(1);
        assertThat(at(NOW.plusMillis(800))).isEqualTo(1);
    }

    @Test
    void nextSecond_andEveryChange_makeItAnew() {
        at(NOW);
        assertThat(at(NOW.plusSeconds(1))).isEqualTo(2);

        changes.incrementAndGet();
        assertThat(at(NOW.plusSeconds(1))).isEqualTo(3);
    }

    /** Or each of two hundred readers makes it, one after the other, while events come in. */
    @Test
    @Timeout(30)
    void whoWaits_sharesWhatIsBegunAfterwards_howeverOftenSomethingChanges() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Supplier<Integer> maker =
                () -> {
                    changes.incrementAndGet();
                    started.countDown();
                    awaitQuietly(go);
                    return made.incrementAndGet();
                };
        List<Integer> answers = Collections.synchronizedList(new ArrayList<>());
        Thread first = Thread.ofPlatform().start(() -> answers.add(shared.at(NOW, maker)));
        started.await();
        List<Thread> waiting =
                Stream.generate(
                                () ->
                                        Thread.ofPlatform()
                                                .start(() -> answers.add(shared.at(NOW, maker))))
                        .limit(5)
                        .toList();
        while (!waiting.stream().allMatch(one -> one.getState() == Thread.State.BLOCKED)) {
            Thread.onSpinWait();
        }

        go.countDown();
        first.join();
        for (Thread thread : waiting) {
            thread.join();
        }

        assertThat(answers).containsExactlyInAnyOrder(1, 2, 2, 2, 2, 2);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int at(Instant now) {
        return shared.at(now, made::incrementAndGet);
    }
}
