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
import java.util.Set;

class OutboxTest {
    private static final Instant T = Instant.ofEpochSecond(1_800_000_000L);

    private final InMemoryStore store = new InMemoryStore();
    private final List<StoredNotification> tries = new ArrayList<>();
    private final Deque<SendResult> answers = new ArrayDeque<>();
    private final List<Instant> delivered = new ArrayList<>();
    private Outbox outbox = newOutbox();

    private Outbox newOutbox() {
        return new Outbox(
                store,
                notification -> {
                    tries.add(notification);
                    return answers.isEmpty() ? new SendResult.Delivered() : answers.poll();
                },
                (notification, at) -> delivered.add(at));
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
        assertThat(Outbox.wait(1)).isEqualTo(Outbox.FIRST_RETRY);
        assertThat(Outbox.wait(9)).isEqualTo(Duration.ofSeconds(256));
        assertThat(Outbox.wait(10)).isEqualTo(Outbox.LONGEST_RETRY);
        assertThat(Outbox.wait(Outbox.MOST_ATTEMPTS)).isEqualTo(Outbox.LONGEST_RETRY);
    }

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
