package io.sluice.engine.cutover;

import io.sluice.engine.store.StoredStratum;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * Evidence that the candidate is worse in one of the groups that strata are split by, usually a
 * route. Evidence from all groups together asks about one ratio; where most groups got better, the
 * one that got much worse would be outvoted there. A function of the strata in their order. Not
 * thread-safe.
 *
 * <p>Beside a live baseline the stake is spread over {@value #PLACES} places, one for each group in
 * the order in which they first appear, before anything is known of them; the last one is that of
 * all further groups together. A mean of e-values is an e-value, and a place that nobody has taken
 * counts 1. Against a snapshot the groups are known beforehand: the {@value #PLACES} with the most
 * events share the stake, and others are judged together with all of them only.
 */
final class GroupEvidence {
    /** More routes than these are seldom looked at one by one. */
    static final int PLACES = 16;

    private static final String FURTHER = "further groups";

    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final int places;
    private final boolean live;
    private final ToDoubleFunction<String> margins;
    private final double floor;
    private final double dispersion;

    private GroupEvidence(
            int places,
            boolean live,
            ToDoubleFunction<String> margins,
            double floor,
            Dispersion dispersion) {
        this.places = places;
        this.live = live;
        this.margins = margins;
        this.floor = floor;
        this.dispersion = dispersion.factor();
    }

    /**
     * Beside a live baseline.
     *
     * @param margin on the baseline's ratio in the same group
     * @param floor a bad ratio under which nothing is worse; 0 for none
     */
    static GroupEvidence live(double margin, double floor, Dispersion dispersion) {
        return new GroupEvidence(PLACES, true, _ -> margin, floor, dispersion);
    }

    /**
     * Against a snapshot's groups, of which one has events at least.
     *
     * @param margins on the ratio of the group of this name
     * @param risk that the bound on the ratio of any of them is wrong; each has an equal part of it
     */
    static GroupEvidence against(
            Map<String, BadOfTotal> snapshot,
            ToDoubleFunction<String> margins,
            double floor,
            Dispersion dispersion,
            double risk) {
        Map<String, BadOfTotal> largest = BadOfTotal.largest(snapshot);
        int places = largest.size();
        GroupEvidence evidence = new GroupEvidence(places, false, margins, floor, dispersion);
        largest.forEach((name, counts) -> evidence.take(name, counts, risk / places));
        return evidence;
    }

    private void take(String name, BadOfTotal counts, double risk) {
        double highest =
                BinomialBound.upper(
                        (long) Math.ceil(counts.bad() / dispersion),
                        (long) Math.ceil(counts.total() / dispersion),
                        risk);
        groups.put(
                name,
                new Group(name, counts, OptionalDouble.of(margins.applyAsDouble(name) * highest)));
    }

    /** What was counted of the baseline in each group that has a place of its own. */
    Map<String, BadOfTotal> baseline() {
        Map<String, BadOfTotal> all = new LinkedHashMap<>();
        groups.forEach(
                (name, group) -> {
                    if (!name.equals(FURTHER)) {
                        all.put(name, new BadOfTotal(group.baselineBad, group.baselineTotal));
                    }
                });
        return all;
    }

    /** What was counted in one place. */
    final class Group {
        private final String name;

        private final double margin;

        /** The bad ratio that a snapshot and the margin allow; empty beside a live baseline. */
        private final OptionalDouble snapshotNull;

        private final EvidenceProcess worse = EvidenceProcess.thatItIsMore(dispersion);
        private final EvidenceProcess overFloor = EvidenceProcess.thatItIsMore(dispersion);
        private long baselineBad;
        private long baselineTotal;
        private long candidateBad;
        private long candidateTotal;

        /** Beside a live baseline. */
        private Group(String name) {
            this(name, new BadOfTotal(0, 0), OptionalDouble.empty());
        }

        private Group(String name, BadOfTotal baseline, OptionalDouble snapshotNull) {
            this.name = name;
            this.margin = margins.applyAsDouble(name);
            this.baselineBad = baseline.bad();
            this.baselineTotal = baseline.total();
            this.snapshotNull = snapshotNull;
        }

        private void add(StoredStratum s) {
            candidateBad += s.candidateBad();
            candidateTotal += s.candidateTotal();
            if (snapshotNull.isPresent()) {
                worse.observe(s.candidateBad(), s.candidateTotal(), snapshotNull.getAsDouble());
            } else {
                baselineBad += s.baselineBad();
                baselineTotal += s.baselineTotal();
                worse.observe(
                        s.candidateBad(),
                        s.baselineBad() + s.candidateBad(),
                        EvidenceProcess.candidateShareOfErrors(
                                margin, (double) s.baselineTotal(), (double) s.candidateTotal()));
            }
            overFloor.observe(s.candidateBad(), s.candidateTotal(), floor);
        }

        /** That the candidate is worse here than the margin, and over the floor. */
        double logE() {
            return floor > 0 ? Math.min(worse.logE(), overFloor.logE()) : worse.logE();
        }

        /** On the baseline's ratio in this group. */
        double margin() {
            return margin;
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

    /** Adds one sealed stratum. */
    void add(StoredStratum stratum) {
        Group known = groups.get(stratum.group());
        if (known == null && !live) {
            return;
        }
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
        double sum = (places - taken.size()) * Math.exp(-highest);
        for (Group group : taken) {
            sum += Math.exp(group.logE() - highest);
        }
        return highest + Math.log(sum / places);
    }

    /** The one with the strongest evidence; empty before there is any. */
    Optional<Group> worst() {
        return groups.values().stream().max(Comparator.comparingDouble(Group::logE));
    }
}
