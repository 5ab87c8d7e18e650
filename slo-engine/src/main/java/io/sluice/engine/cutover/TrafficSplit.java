package io.sluice.engine.cutover;

/**
 * Tells when the candidate's share of the events is not the one that was reported: somebody moved
 * traffic without saying so, or some of a side's events are not measured, and then what is compared
 * is not what was meant. However often it is asked, a share within the tolerance is called off with
 * a probability of at most one in a thousand.
 */
final class TrafficSplit {

    /**
     * Within this factor a share is as reported: sessions stick to a side, and some send more than
     * others.
     */
    static final double TOLERANCE = 1.5;

    /** Half of the risk, for each direction. */
    private static final double LOG_NEEDED = -Math.log(0.001 / 2);

    private TrafficSplit() {}

    /**
     * Whether the share is proven to be off. Evidence about one fixed share depends on the sums
     * only, not on the order of the events, so nothing has to be kept from look to look.
     *
     * @param reported in (0, 1)
     */
    static boolean isOff(long candidate, long events, double reported) {
        return proves(EvidenceProcess.thatItIsMore(), candidate, events, reported * TOLERANCE)
                || proves(EvidenceProcess.thatItIsLess(), candidate, events, reported / TOLERANCE);
    }

    private static boolean proves(
            EvidenceProcess process, long candidate, long events, double share) {
        process.observe(candidate, events, share);
        return process.logE() >= LOG_NEEDED;
    }
}
