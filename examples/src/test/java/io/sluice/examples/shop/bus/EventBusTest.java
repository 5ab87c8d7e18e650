package io.sluice.examples.shop.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

class EventBusTest {
    private static final EventBus.Event PLACED = new EventBus.Event("order-placed", "c1");

    private final AtomicInteger calls = new AtomicInteger();
    private final Queue<Duration> pauses = new ConcurrentLinkedQueue<>();

    @Test
    void everySubscriberOfTheTopic_getsTheEvent() {
        EventBus bus = bus(event -> calls.incrementAndGet(), event -> calls.incrementAndGet());
        bus.publish(PLACED);
        bus.publish(new EventBus.Event("unknown", "c1"));
        bus.close();
        assertThat(calls).hasValue(2);
        assertThat(bus.delivered()).isEqualTo(2);
    }

    @Test
    void subscriberThatRecovers_isTriedAgainWithGrowingWaits() {
        EventBus bus = bus(failing(2));
        bus.publish(PLACED);
        bus.close();
        assertThat(calls).hasValue(3);
        assertThat(pauses)
                .containsExactly(EventBus.FIRST_DELAY, EventBus.FIRST_DELAY.multipliedBy(2));
        assertThat(bus.retried()).isEqualTo(2);
        assertThat(bus.deadLetters()).isEmpty();
    }

    @Test
    void subscriberThatKeepsFailing_leavesADeadLetter() {
        EventBus bus = bus(failing(Integer.MAX_VALUE));
        bus.publish(PLACED);
        bus.close();
        assertThat(calls).hasValue(EventBus.ATTEMPTS);
        assertThat(bus.deadLetters()).hasSize(1);
        assertThat(bus.deadLetters().getFirst().event()).isEqualTo(PLACED);
        assertThat(bus.deadLetters().getFirst().cause()).hasMessage("busy");
    }

    @Test
    void replay_deliversDeadLettersAnew() throws InterruptedException {
        EventBus bus = bus(failing(EventBus.ATTEMPTS));
        bus.publish(PLACED);
        while (bus.deadLetters().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(bus.replay()).isEqualTo(1);
        bus.close();
        assertThat(bus.deadLetters()).isEmpty();
        assertThat(bus.delivered()).isEqualTo(1);
    }

    private EventBus bus(EventBus.Subscriber... subscribers) {
        return new EventBus(Map.of(PLACED.topic(), List.of(subscribers)), pauses::add);
    }

    private EventBus.Subscriber failing(int times) {
        return event -> {
            if (calls.incrementAndGet() <= times) {
                throw new IllegalStateException("busy");
            }
        };
    }
}
