package io.sluice.server.bench;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What was measured of one load. A member that does not apply is null.
 *
 * @param item what is counted: {@code span}, {@code sample} or {@code datagram}
 * @param itemsPerSecond answered; of datagrams, counted
 * @param cpuMicrosPerItem the server's processor time, all threads
 * @param spansPerSecond the same as {@code itemsPerSecond}, whatever an item is
 * @param cpuMicrosPerSpan the same as {@code cpuMicrosPerItem}, whatever an item is
 * @param valuesPerSecond values that the items hold, where an item holds several
 * @param answerMillisP50 median time from when a request was due to its answer
 * @param halfLoadPerSecond items that came due each second while the latency at half load was
 *     measured; a request's time runs from when it was due, not from when a connection was free
 * @param memoryMegabytes resident, at the end; 0 where the system does not tell
 * @param retries answers that asked to try again later
 * @param sent what was answered for, warm-up included; of datagrams, all
 * @param lost datagrams of these that the kernel dropped, by its own count
 * @param counted what the receiver says it accepted: must equal {@code sent} less {@code lost}
 * @param events what the objectives counted in the end
 * @param expectedEvents what they must have counted
 * @param floors what each stage can do by itself, measured after the whole
 * @param shareOfFloor the whole's items per second over the slowest stage's
 * @param shareOfStages the whole's items per second over what the machine could do of all these
 *     stages, if it did one after the other and nothing else; stages that wait for the disk can be
 *     done beside others, so it may be more than one
 */
public record Result(
        String protocol,
        boolean gzip,
        int itemsPerRequest,
        String item,
        double itemsPerSecond,
        double cpuMicrosPerItem,
        double spansPerSecond,
        double cpuMicrosPerSpan,
        @Nullable Double valuesPerSecond,
        double seconds,
        @Nullable Double answerMillisP50,
        @Nullable Double answerMillisP99,
        @Nullable Double halfLoadPerSecond,
        @Nullable Double halfLoadMillisP50,
        @Nullable Double halfLoadMillisP99,
        double memoryMegabytes,
        long retries,
        long sent,
        long lost,
        long counted,
        long events,
        long expectedEvents,
        List<Floors.Floor> floors,
        @Nullable Double shareOfFloor,
        @Nullable Double shareOfStages) {

    /** Whether everything that was sent is accounted for. */
    public boolean accounted() {
        return counted == sent - lost && events == expectedEvents;
    }

    /** The same load, whose stages were measured too. */
    Result with(List<Floors.Floor> measured) {
        double slowest =
                measured.stream()
                        .mapToDouble(Floors.Floor::itemsPerSecond)
                        .min()
                        .orElseThrow(() -> new IllegalArgumentException("no stage was measured"));
        double secondsAnItem =
                measured.stream()
                        .filter(floor -> !floor.inDecode())
                        .mapToDouble(floor -> 1 / floor.itemsPerSecond())
                        .sum();
        return new Result(
                protocol,
                gzip,
                itemsPerRequest,
                item,
                itemsPerSecond,
                cpuMicrosPerItem,
                spansPerSecond,
                cpuMicrosPerSpan,
                valuesPerSecond,
                seconds,
                answerMillisP50,
                answerMillisP99,
                halfLoadPerSecond,
                halfLoadMillisP50,
                halfLoadMillisP99,
                memoryMegabytes,
                retries,
                sent,
                lost,
                counted,
                events,
                expectedEvents,
                measured,
                itemsPerSecond / slowest,
                itemsPerSecond * secondsAnItem);
    }
}
