package io.sluice.engine.cutover;

import io.sluice.engine.store.StoredStratum;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Evidence that the candidate is worse in one of the groups that strata are split by, usually a
 * route. Evidence from all groups together asks about one ratio; where most groups got better, the
 * one that got much worse would be outvoted there. A function of the strata in their order. Not
 * thread-safe.
 *
 * <p>The stake is spread over {@value #PLACES} places, one for each group in the order in which
 * they first appear, before anything is known of them; the last one is that of all further groups
 * together. A mean of e-values is an e-value, and a place that nobody has taken counts 1.
 */
final class GroupEvidence {
    /** More routes than these are seldom looked at one by one. */
    static final int PLACES = 16;

    private static final String FURTHER = "further groups";

    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final double margin;
    private final double floor;
    private final double dispersion;

    /**
     * @param margin on the baseline's ratio in the same group
     * @param floor a bad ratio under which nothing is worse; 0 for none
     */
    GroupEvidence(double margin, double floor, Dispersion dispersion) {
        this.margin = margin;
        this.floor = floor;
        this.dispersion = dispersion.factor();
    }

    /** What was counted in one place. */
    final class Group {
        private final String name;
        private final EvidenceProcess worse = EvidenceProcess.thatItIsMore(dispersion);
        private final EvidenceProcess overFloor = EvidenceProcess.thatItIsMore(dispersion);
        private long baselineBad;
        private long baselineTotal;
        private long candidateBad;
        private long candidateTotal;

        private Group(String name) {
            this.name = name;
        }

        private void add(StoredStratum s) {
            baselineBad += s.baselineBad();
            baselineTotal += s.baselineTotal();
            candidateBad += s.candidateBad();
            candidateTotal += s.candidateTotal();
            worse.observe(
                    s.candidateBad(),
                    s.baselineBad() + s.candidateBad(),
                    EvidenceProcess.candidateShareOfErrors(
                            margin, (double) s.baselineTotal(), (double) s.candidateTotal()));
            overFloor.observe(s.candidateBad(), s.candidateTotal(), floor);
        }

        /** That the candidate is worse here than the margin, and over the floor. */
        double logE() {
            return floor > 0 ? Math.min(worse.logE(), overFloor.logE()) : worse.logE();
        }

        /** What was counted, for people. */
        String words() {
            return "on "
                    + name
                    + " candidate "
                    + Words.share(candidateBad, candidateTotal)
                    + ", baseline "
                    + Words.share(baselineBad, baselineTotal);
        }
    }

    /** Adds one sealed stratum with a live baseline. */
    void add(StoredStratum stratum) {
        Group known = groups.get(stratum.group());
        if (known == null) {
            String name = groups.size() < PLACES - 1 ? stratum.group() : FURTHER;
            known = groups.computeIfAbsent(name, Group::new);
        }
        known.add(stratum);
    }

    /** The natural log of the mean over all places. */
    double logE() {
        Collection<Group> taken = groups.values();
        double highest = 0;
        for (Group group : taken) {
            highest = Math.max(highest, group.logE());
        }
        double sum = (PLACES - taken.size()) * Math.exp(-highest);
        for (Group group : taken) {
            sum += Math.exp(group.logE() - highest);
        }
        return highest + Math.log(sum / PLACES);
    }

    /** The one with the strongest evidence; empty before there is any. */
    Optional<Group> worst() {
        return groups.values().stream().max(Comparator.comparingDouble(Group::logE));
    }
}
