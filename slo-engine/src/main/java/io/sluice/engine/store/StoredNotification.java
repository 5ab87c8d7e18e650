package io.sluice.engine.store;

/**
 * One message that somebody must get.
 *
 * @param id rises with time
 * @param target the receiver's name
 * @param idempotencyKey the same for every try, so that a receiver which honours it tells once
 * @param body what is sent
 * @param attempts how many tries failed
 * @param nextAttemptAtMillis not before this time, milliseconds since the epoch
 */
public record StoredNotification(
        long id,
        String target,
        String idempotencyKey,
        String body,
        int attempts,
        long nextAttemptAtMillis) {}
