package io.sluice.engine.store;

/**
 * One run of a cutover.
 *
 * @param run from 1 per cutover
 * @param endedAtMillis 0 while it is the current one
 */
public record StoredRun(
        String cutover,
        int run,
        String revision,
        String principal,
        long startedAtMillis,
        long endedAtMillis,
        String definitionDigest) {}
