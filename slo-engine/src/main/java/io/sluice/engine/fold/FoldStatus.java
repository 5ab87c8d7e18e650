package io.sluice.engine.fold;

import java.time.Duration;

/**
 * What apply has done since start, as of its last checkpoint.
 *
 * @param appliedOffset everything up to here is in the store
 * @param records applied, of any kind
 * @param repeatedRequests requests that were received before and therefore not counted
 * @param repeatedItems their valid items
 * @param repeatHorizon how far back a repeat is recognised: shorter than configured under very many
 *     requests
 * @param remade extracts that were made again, under the set in force
 * @param unreadable records that could not be read again; their items are missing from the counts
 * @param series series of the measures in force
 * @param rememberedRequests of which a repeat would be known
 * @param overflowed contributions that went to the group of the rest
 * @param overflowedGroups of them, those for which their measure alone had too many groups
 * @param streams cumulative streams that are remembered
 * @param countedPoints cumulative points that counted
 * @param baselines first points of streams that may have begun before we knew them
 * @param resets points of streams that began again
 * @param suspectResets points that fell without a new start: two writers on one stream, or a broken
 *     one
 * @param outOfOrder points that were not newer than the last one
 * @param staleMarks points that say that their stream ended
 * @param spread increases that were shared out over several buckets
 * @param failedCheckpoints tries that wrote nothing; what they had to write is kept
 */
public record FoldStatus(
        long appliedOffset,
        long records,
        long repeatedRequests,
        long repeatedItems,
        Duration repeatHorizon,
        long remade,
        long unreadable,
        long series,
        long rememberedRequests,
        long overflowed,
        long overflowedGroups,
        long streams,
        long countedPoints,
        long baselines,
        long resets,
        long suspectResets,
        long outOfOrder,
        long staleMarks,
        long spread,
        long failedCheckpoints) {}
