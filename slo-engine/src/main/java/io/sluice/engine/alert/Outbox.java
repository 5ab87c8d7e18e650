package io.sluice.engine.alert;

import io.sluice.engine.fold.CheckpointParticipant;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredNotification;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * Delivers stored notifications: at least once, each try with the same key, later and later after
 * failures. What one receiver is told of one alert it is told in order; receivers do not wait for
 * each other. One thread asks for deliveries; another one runs the checkpoints.
 *
 * <p>What became of a notification goes to the store with the next checkpoint. Whoever is killed in
 * between tells once more, with the same key.
 */
public final class Outbox implements CheckpointParticipant {
    static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

    /** The longest that a receiver may put us off. */
    static final Duration LONGEST_ASKED = Duration.ofHours(1);

    /** About a day of tries; then a person has noticed some other way. */
    static final int MOST_ATTEMPTS = 300;

    static final int BATCH = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final Store store;
    private final AlertSender sender;
    private final Executor lanes;
    private final Listener listener;

    /** Receivers that are being told just now. */
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    private final Map<Long, Outcome> outcomes = new ConcurrentHashMap<>();

    /** What waits for its next try; what comes after it about the same alert waits as well. */
    private final Map<Subject, Waiting> waiting = new ConcurrentHashMap<>();

    private Map<Long, Outcome> written = Map.of();

    /** Hears what became of notifications, on the threads that told. */
    public interface Listener {
        /** A receiver has confirmed it. */
        void delivered(StoredNotification notification, Instant at);

        /** It will not be tried again. */
        void gaveUp(StoredNotification notification, Instant at);
    }

    /** What must be told in order. */
    private record Subject(String target, String alert) {
        static Subject of(StoredNotification notification) {
            return new Subject(
                    notification.target(), NotificationKey.alertOf(notification.idempotencyKey()));
        }
    }

    private record Waiting(long id, long untilMillis) {}

    /** What the store has to learn. */
    private sealed interface Outcome {
        record Gone() implements Outcome {}

        record Again(int attempts, long atMillis) implements Outcome {}
    }

    /**
     * @param lanes runs deliveries, one task for each receiver that has any
     */
    public Outbox(Store store, AlertSender sender, Executor lanes, Listener listener) {
        this.store = store;
        this.sender = sender;
        this.lanes = lanes;
        this.listener = listener;
        store.dueNotifications(Long.MAX_VALUE, BATCH).stream()
                .filter(notification -> notification.attempts() > 0)
                .forEach(notification -> waits(notification, notification.nextAttemptAtMillis()));
    }

    /**
     * Has every notification tried once that is due, except to receivers that are still being told.
     *
     * @return how many were handed over
     */
    public int deliverDue(Instant now) {
        // In this order: whoever is not busy has all its outcomes here, and what is settled but not
        // yet stored must be known before the store is asked, lest it be sent again.
        Set<String> stillBusy = Set.copyOf(busy);
        Set<Long> settled = Set.copyOf(outcomes.keySet());
        Map<String, List<StoredNotification>> byTarget =
                store.dueNotifications(now.toEpochMilli(), BATCH + settled.size()).stream()
                        .filter(due -> !settled.contains(due.id()))
                        .filter(due -> !stillBusy.contains(due.target()))
                        .sorted(Comparator.comparingLong(StoredNotification::id))
                        .collect(Collectors.groupingBy(StoredNotification::target));
        byTarget.forEach(
                (target, due) -> {
                    busy.add(target);
                    lanes.execute(() -> deliver(target, due, now));
                });
        return byTarget.values().stream().mapToInt(List::size).sum();
    }

    private void deliver(String target, List<StoredNotification> due, Instant now) {
        try {
            for (StoredNotification notification : due) {
                outcomes.put(notification.id(), outcome(notification, now));
            }
        } finally {
            busy.remove(target);
        }
    }

    private Outcome outcome(StoredNotification notification, Instant now) {
        @Nullable Waiting earlier = waiting.get(Subject.of(notification));
        if (earlier != null && earlier.id() < notification.id()) {
            return new Outcome.Again(notification.attempts(), earlier.untilMillis());
        }
        return switch (sender.send(notification, now)) {
            case AlertSender.SendResult.Delivered() -> {
                listener.delivered(notification, now);
                yield gone(notification);
            }
            case AlertSender.SendResult.Failed(var reason, var retryAfter) ->
                    failed(notification, reason, retryAfter, now);
            case AlertSender.SendResult.Refused(var reason) ->
                    gaveUp(notification, notification.attempts() + 1, reason, now);
        };
    }

    private Outcome failed(
            StoredNotification notification,
            String reason,
            Optional<Duration> retryAfter,
            Instant now) {
        int attempts = notification.attempts() + 1;
        if (attempts >= MOST_ATTEMPTS) {
            return gaveUp(notification, attempts, reason, now);
        }
        LOG.warn(
                "Could not tell {} about {} (try {}): {}",
                notification.target(),
                notification.idempotencyKey(),
                attempts,
                reason);
        long atMillis = now.plus(wait(attempts, retryAfter)).toEpochMilli();
        waits(notification, atMillis);
        return new Outcome.Again(attempts, atMillis);
    }

    private Outcome gaveUp(
            StoredNotification notification, int attempts, String reason, Instant now) {
        LOG.error(
                "Gave up telling {} about {} after {} tries: {}",
                notification.target(),
                notification.idempotencyKey(),
                attempts,
                reason);
        listener.gaveUp(notification, now);
        return gone(notification);
    }

    private Outcome gone(StoredNotification notification) {
        waiting.remove(Subject.of(notification));
        return new Outcome.Gone();
    }

    /** The oldest of a subject is the one that is waited for. */
    private void waits(StoredNotification notification, long untilMillis) {
        waiting.merge(
                Subject.of(notification),
                new Waiting(notification.id(), untilMillis),
                (one, other) -> one.id() < other.id() ? one : other);
    }

    /**
     * Doubles from {@link #FIRST_RETRY} up to {@link #LONGEST_RETRY}; longer if the receiver asks.
     */
    static Duration wait(int attempts, Optional<Duration> asked) {
        Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(attempts - 1, 30));
        return max(min(wait, LONGEST_RETRY), min(asked.orElse(Duration.ZERO), LONGEST_ASKED));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
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
