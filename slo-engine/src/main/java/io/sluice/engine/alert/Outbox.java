package io.sluice.engine.alert;

import io.sluice.engine.fold.CheckpointParticipant;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredNotification;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Delivers stored notifications: at least once, each try with the same key, later and later after
 * failures. One thread delivers; another one runs the checkpoints.
 *
 * <p>What became of a notification goes to the store with the next checkpoint. Whoever is killed in
 * between tells once more, with the same key.
 */
public final class Outbox implements CheckpointParticipant {
    static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

    /** About a day of tries; then a person has noticed some other way. */
    static final int MOST_ATTEMPTS = 300;

    static final int BATCH = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final Store store;
    private final AlertSender sender;
    private final BiConsumer<StoredNotification, Instant> onDelivered;
    private final Map<Long, Outcome> outcomes = new ConcurrentHashMap<>();
    private Map<Long, Outcome> written = Map.of();

    /** What the store has to learn. */
    private sealed interface Outcome {
        record Gone() implements Outcome {}

        record Again(int attempts, long atMillis) implements Outcome {}
    }

    /**
     * @param onDelivered told of every notification that a receiver has confirmed
     */
    public Outbox(
            Store store, AlertSender sender, BiConsumer<StoredNotification, Instant> onDelivered) {
        this.store = store;
        this.sender = sender;
        this.onDelivered = onDelivered;
    }

    /**
     * Tries every notification that is due, once.
     *
     * @return how many were tried
     */
    public int deliverDue(Instant now) {
        // Known before the store is asked: what is settled but not yet stored must not be sent
        // again.
        Set<Long> settled = Set.copyOf(outcomes.keySet());
        List<StoredNotification> due =
                store.dueNotifications(now.toEpochMilli(), BATCH + settled.size());
        int tried = 0;
        for (StoredNotification notification : due) {
            if (!settled.contains(notification.id())) {
                outcomes.put(notification.id(), deliver(notification, now));
                tried++;
            }
        }
        return tried;
    }

    private Outcome deliver(StoredNotification notification, Instant now) {
        return switch (sender.send(notification)) {
            case AlertSender.SendResult.Delivered() -> {
                onDelivered.accept(notification, now);
                yield new Outcome.Gone();
            }
            case AlertSender.SendResult.Failed(var reason) -> {
                int attempts = notification.attempts() + 1;
                if (attempts >= MOST_ATTEMPTS) {
                    LOG.error(
                            "Gave up telling {} about {} after {} tries: {}",
                            notification.target(),
                            notification.idempotencyKey(),
                            attempts,
                            reason);
                    yield new Outcome.Gone();
                }
                LOG.warn(
                        "Could not tell {} about {} (try {}): {}",
                        notification.target(),
                        notification.idempotencyKey(),
                        attempts,
                        reason);
                yield new Outcome.Again(attempts, now.plus(wait(attempts)).toEpochMilli());
            }
        };
    }

    /** Doubles from {@link #FIRST_RETRY} up to {@link #LONGEST_RETRY}. */
    static Duration wait(int attempts) {
        Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(attempts - 1, 30));
        return wait.compareTo(LONGEST_RETRY) < 0 ? wait : LONGEST_RETRY;
    }

    @Override
    public void checkpoint(Store.Transaction tx) {
        written = new HashMap<>(outcomes);
        written.forEach(
                (id, outcome) -> {
                    switch (outcome) {
                        case Outcome.Gone() -> tx.removeNotification(id);
                        case Outcome.Again(var attempts, var atMillis) ->
                                tx.retryNotification(id, attempts, atMillis);
                    }
                });
    }

    @Override
    public void checkpointed() {
        outcomes.keySet().removeAll(written.keySet());
    }
}
