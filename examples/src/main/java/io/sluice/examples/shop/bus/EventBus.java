package io.sluice.examples.shop.bus;

import io.sluice.examples.simulation.Pause;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Delivers events to the subscribers of their topic, outside the publisher's thread. Thread-safe. A
 * subscriber that throws is tried again, each time after twice the wait; then the event lies with
 * the dead letters until it is replayed or pushed out by newer ones. Delivery is at least once and
 * in no order.
 */
public final class EventBus implements AutoCloseable {
    /** Deliveries of one event to one subscriber before it is a dead letter. */
    public static final int ATTEMPTS = 4;

    /** Wait before the second delivery; it doubles. */
    static final Duration FIRST_DELAY = Duration.ofMillis(50);

    /** Dead letters that are kept. */
    static final int DEAD_LETTERS_MAX = 10_000;

    private final Map<String, List<Subscriber>> subscribers;
    private final Pause pause;
    private final ExecutorService deliveries = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<DeadLetter> deadLetters = new ConcurrentLinkedQueue<>();
    private final AtomicInteger deadLetterCount = new AtomicInteger();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder retried = new LongAdder();

    /**
     * @param subscribers by topic
     */
    public EventBus(Map<String, List<Subscriber>> subscribers, Pause pause) {
        this.subscribers = Map.copyOf(subscribers);
        this.pause = pause;
    }

    /** Something that happened; {@code key} says to what. */
    public record Event(String topic, String key) {}

    /** Takes events of a topic; an exception means that it wants the event again. */
    @FunctionalInterface
    public interface Subscriber {
        void accept(Event event) throws Exception;
    }

    /** An event that a subscriber refused {@link #ATTEMPTS} times, and why it did so last. */
    public record DeadLetter(Event event, Subscriber subscriber, Exception cause) {}

    /** Returns at once; the event is delivered soon. */
    public void publish(Event event) {
        for (Subscriber subscriber : subscribers.getOrDefault(event.topic(), List.of())) {
            deliveries.execute(() -> deliver(event, subscriber));
        }
    }

    private void deliver(Event event, Subscriber subscriber) {
        Duration delay = FIRST_DELAY;
        for (int attempt = 1; ; attempt++) {
            try {
                subscriber.accept(event);
                delivered.increment();
                return;
            } catch (Exception e) {
                if (attempt == ATTEMPTS || e instanceof InterruptedException) {
                    bury(new DeadLetter(event, subscriber, e));
                    return;
                }
            }
            retried.increment();
            try {
                pause.pause(delay);
            } catch (InterruptedException e) {
                bury(new DeadLetter(event, subscriber, e));
                return;
            }
            delay = delay.multipliedBy(2);
        }
    }

    private void bury(DeadLetter letter) {
        deadLetters.add(letter);
        if (deadLetterCount.incrementAndGet() > DEAD_LETTERS_MAX && deadLetters.poll() != null) {
            deadLetterCount.decrementAndGet();
        }
    }

    /** The dead letters, the oldest first. */
    public List<DeadLetter> deadLetters() {
        return List.copyOf(deadLetters);
    }

    /** Delivers every dead letter anew; returns how many. */
    public int replay() {
        int count = 0;
        for (DeadLetter letter = deadLetters.poll(); letter != null; letter = deadLetters.poll()) {
            DeadLetter revived = letter;
            deadLetterCount.decrementAndGet();
            deliveries.execute(() -> deliver(revived.event(), revived.subscriber()));
            count++;
        }
        return count;
    }

    /** Deliveries that a subscriber took. */
    public long delivered() {
        return delivered.sum();
    }

    /** Deliveries that were repeats. */
    public long retried() {
        return retried.sum();
    }

    /** Finishes the deliveries under way, for at most 10 s. */
    @Override
    public void close() {
        deliveries.shutdown();
        try {
            if (!deliveries.awaitTermination(10, TimeUnit.SECONDS)) {
                deliveries.shutdownNow();
            }
        } catch (InterruptedException e) {
            deliveries.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
