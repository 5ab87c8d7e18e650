package io.sluice.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.alert.AlertSender.SendResult;
import io.sluice.engine.store.InMemoryStore;
import io.sluice.engine.store.StoredNotification;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class OutboxTest {
    private static final Instant T = Instant.ofEpochSecond(1_800_000_000L);

    private final InMemoryStore store = new InMemoryStore();
    private final List<StoredNotification> tries = new ArrayList<>();
    private final Deque<SendResult> answers = new ArrayDeque<>();
    private final List<Instant> delivered = new ArrayList<>();
    private final List<String> gaveUp = new ArrayList<>();
    private Outbox outbox = newOutbox();

    private Outbox newOutbox() {
        return new Outbox(
                store,
                (notification, now) -> {
                    tries.add(notification);
                    return answers.isEmpty() ? new SendResult.Delivered() : answers.poll();
                },
                Runnable::run,
                new Outbox.Listener() {
                    @Override
                    public void delivered(StoredNotification notification, Instant at) {
                        delivered.add(at);
                    }

                    @Override
                    public void gaveUp(StoredNotification notification, Instant at) {
                        gaveUp.add(notification.idempotencyKey());
                    }
                });
    }

    private void enqueue(String key) {
        store.commit(tx -> tx.addNotification("oncall", key, "{}", T.toEpochMilli()));
    }

    private void checkpoint() {
        store.commit(outbox::checkpoint);
        outbox.checkpointed();
    }

    @Test
    void deliveredNotification_isGone() {
        enqueue("a");

        assertThat(outbox.deliverDue(T)).isEqualTo(1);
        checkpoint();

        assertThat(outbox.deliverDue(T.plusSeconds(600))).isZero();
        assertThat(delivered).containsExactly(T);
        assertThat(store.nextNotificationAtMillis()).isEmpty();
    }

    @Test
    void notificationDeliveredButNotYetStoredAsSuch_isNotSentAgain() {
        enqueue("a");
        outbox.deliverDue(T);

        assertThat(outbox.deliverDue(T)).isZero();
        checkpoint();
        assertThat(outbox.deliverDue(T)).isZero();
        assertThat(tries).hasSize(1);
    }

    @Test
    void failedNotification_isTriedAgainLaterAndLaterWithTheSameKey() {
        enqueue("a");
        for (int i = 0; i < 4; i++) {
            answers.add(new SendResult.Failed("connection refused"));
        }

        List<Instant> sentAt = new ArrayList<>();
        for (Instant now = T; sentAt.size() < 5; now = now.plusSeconds(1)) {
            if (outbox.deliverDue(now) > 0) {
                sentAt.add(now);
            }
            checkpoint();
        }

        assertThat(sentAt)
                .containsExactly(
                        T, T.plusSeconds(1), T.plusSeconds(3), T.plusSeconds(7), T.plusSeconds(15));
        assertThat(tries).extracting(StoredNotification::idempotencyKey).containsOnly("a");
    }

    @Test
    void waitGrowsUpToItsLimit() {
        assertThat(wait(1)).isEqualTo(Outbox.FIRST_RETRY);
        assertThat(wait(9)).isEqualTo(Duration.ofSeconds(256));
        assertThat(wait(10)).isEqualTo(Outbox.LONGEST_RETRY);
        assertThat(wait(Outbox.MOST_ATTEMPTS)).isEqualTo(Outbox.LONGEST_RETRY);
    }

    private static Duration wait(int attempts) {
        return Outbox.wait(attempts, Optional.empty());
    }

    @Test
    void receiverMayAskForMoreTime_butNotForLessAndNotForever() {
        assertThat(Outbox.wait(1, Optional.of(Duration.ofSeconds(30))))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(Outbox.wait(9, Optional.of(Duration.ofSeconds(30))))
                .isEqualTo(Duration.ofSeconds(256));
        assertThat(Outbox.wait(1, Optional.of(Duration.ofDays(30))))
                .isEqualTo(Outbox.LONGEST_ASKED);
    }

    @Test
    void whatIsToldOfOneAlert_isToldInOrder_andOthersDoNotWait() {
        enqueue("a/1/firing");
        answers.add(new SendResult.Failed("connection refused"));
        outbox.deliverDue(T);
        checkpoint();
        enqueue("a/1/resolved");
        enqueue("b/1/firing");

        outbox.deliverDue(T);
        checkpoint();
        assertThat(tries)
                .extracting(StoredNotification::idempotencyKey)
                .containsExactly("a/1/firing", "b/1/firing");
        // A restart knows what waits.
        outbox = newOutbox();
        outbox.deliverDue(T);
        assertThat(tries).hasSize(2);

        outbox.deliverDue(T.plusSeconds(1));
        assertThat(tries)
                .extracting(StoredNotification::idempotencyKey)
                .endsWith("a/1/firing", "a/1/resolved");
    }

    @Test
    void receiverThatHangs_keepsNobodyElseWaiting() {
        List<Runnable> lanes = new ArrayList<>();
        outbox =
                new Outbox(
                        store,
                        (notification, now) -> {
                            tries.add(notification);
                            return new SendResult.Delivered();
                        },
                        lanes::add,
                        NOBODY);
        store.commit(tx -> tx.addNotification("hangs", "a/1/firing", "{}", T.toEpochMilli()));
        outbox.deliverDue(T);
        Runnable hanging = lanes.removeFirst();
        store.commit(tx -> tx.addNotification("hangs", "b/1/firing", "{}", T.toEpochMilli()));
        enqueue("b/1/firing");

        assertThat(outbox.deliverDue(T)).isEqualTo(1);
        lanes.removeFirst().run();
        assertThat(tries).extracting(StoredNotification::target).containsExactly("oncall");

        hanging.run();
        assertThat(outbox.deliverDue(T)).isEqualTo(1);
        lanes.removeFirst().run();
        assertThat(tries)
                .extracting(StoredNotification::target)
                .containsExactly("oncall", "hangs", "hangs");
    }

    @Test
    void whatIsRefused_isNotTriedAgain() {
        enqueue("a");
        answers.add(new SendResult.Refused("400 bad routing key"));

        outbox.deliverDue(T);
        checkpoint();

        assertThat(gaveUp).containsExactly("a");
        assertThat(store.nextNotificationAtMillis()).isEmpty();
    }

    private static final Outbox.Listener NOBODY =
            new Outbox.Listener() {
                @Override
                public void delivered(StoredNotification notification, Instant at) {}

                @Override
                public void gaveUp(StoredNotification notification, Instant at) {}
            };

    @Test
    void killBetweenDeliveryAndCheckpoint_tellsAReceiverThatHonoursTheKeyOnce() {
        enqueue("a");
        outbox.deliverDue(T);
        outbox = newOutbox();
        outbox.deliverDue(T);
        checkpoint();
        outbox.deliverDue(T);

        Set<String> told = new HashSet<>();
        tries.forEach(notification -> told.add(notification.idempotencyKey()));
        assertThat(tries).hasSize(2);
        assertThat(told).containsExactly("a");
    }

    @Test
    void checkpointThatFails_isWrittenAgain() {
        enqueue("a");
        outbox.deliverDue(T);
        assertThatThrownBy(
                        () ->
                                store.commit(
                                        tx -> {
                                            outbox.checkpoint(tx);
                                            throw new IllegalStateException("disk full");
                                        }))
                .hasMessage("disk full");
        assertThat(store.nextNotificationAtMillis()).isPresent();
        checkpoint();

        assertThat(store.nextNotificationAtMillis()).isEmpty();
        assertThat(tries).hasSize(1);
    }
}
