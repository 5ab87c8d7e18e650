package io.sluice.engine.cutover;

import io.sluice.engine.cutover.Decision.MetricEvidence;
import io.sluice.engine.store.StoredStratum;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One metric in one step: its counts, and what they prove. A function of the strata added, in their
 * order.
 */
final class StepMetric extends StepProof {
    private final CutoverPlan.Tested tested;
    private final Optional<Snapshot> snapshot;

    /** A bad ratio that takes a baseline's place; 0 for none. */
    private final double limit;

    /** The boundaries of the two hypotheses against a snapshot or limit: a bad ratio each. */
    private final double snapshotGoNull;

    private final double snapshotNoGoNull;
    private final double objectiveNull;

    private final double floor;

    private final EvidenceProcess notMuchWorse;
    private final EvidenceProcess worse;
    private final EvidenceProcess overFloor;
    private final EvidenceProcess objectiveMissed;

    /** Where a snapshot stands in, those of its groups that are known by themselves. */
    private final Optional<GroupEvidence> groups;

    private long baselineBad;
    private long baselineTotal;
    private long candidateBad;
    private long candidateTotal;

    /**
     * @param snapshot what stands in for a live baseline; without one, both sides are compared
     *     stratum by stratum
     */
    StepMetric(
            CutoverPlan plan,
            int step,
            CutoverPlan.Tested tested,
            Dispersion dispersion,
            Optional<Snapshot> snapshot) {
        super(
                plan,
                step,
                dispersion,
                tested.hasLimit() ? 1 : plan.goMargin(step, dispersion),
                tested.hasLimit() ? 1 : plan.noGoMargin(step, dispersion));
        this.notMuchWorse = EvidenceProcess.thatItIsLess(dispersion.factor());
        this.worse = EvidenceProcess.thatItIsMore(dispersion.factor());
        this.overFloor = EvidenceProcess.thatItIsMore(dispersion.factor());
        this.objectiveMissed = EvidenceProcess.thatItIsMore(dispersion.factor());
        this.floor = tested.metric().floor().map(BigDecimal::doubleValue).orElse(0.0);
        this.tested = tested;
        this.limit = tested.metric().limit().map(BigDecimal::doubleValue).orElse(0.0);
        this.snapshot = tested.hasLimit() ? Optional.empty() : snapshot;
        if (!plan.judgesGroups() || tested.hasLimit()) {
            this.groups = Optional.empty();
        } else if (snapshot.isEmpty()) {
            this.groups = Optional.of(GroupEvidence.live(noGoMargin(), floor, dispersion));
        } else {
            this.groups =
                    Optional.of(snapshot.get().groups())
                            .filter(counts -> !counts.isEmpty())
                            .map(
                                    counts ->
                                            GroupEvidence.against(
                                                    counts,
                                                    group ->
                                                            plan.groupNoGoMargin(
                                                                    step, dispersion, group),
                                                    floor,
                                                    dispersion,
                                                    snapshotNoGoRisk(plan) / 2));
        }
        this.objectiveNull =
                tested.metric().target().isPresent() ? tested.allowedBadRatio().doubleValue() : 0;
        if (tested.hasLimit()) {
            this.snapshotGoNull = limit;
            this.snapshotNoGoNull = limit;
        } else if (snapshot.isPresent()) {
            // So many independent events would say what these do.
            Snapshot counts = snapshot.get();
            double goRisk = plan.cutover().errorAllowance().go() * CutoverPlan.SNAPSHOT_PART;
            double noGoRisk = snapshotNoGoRisk(plan) / (groups.isPresent() ? 2 : 1);
            this.snapshotGoNull =
                    goMargin()
                            * BinomialBound.lower(
                                    (long) Math.floor(counts.bad() / dispersion.factor()),
                                    (long) Math.ceil(counts.total() / dispersion.factor()),
                                    goRisk);
            this.snapshotNoGoNull =
                    noGoMargin()
                            * BinomialBound.upper(
                                    (long) Math.ceil(counts.bad() / dispersion.factor()),
                                    (long) Math.ceil(counts.total() / dispersion.factor()),
                                    noGoRisk);
            this.baselineBad = counts.bad();
            this.baselineTotal = counts.total();
        } else {
            this.snapshotGoNull = 0;
            this.snapshotNoGoNull = 0;
        }
    }

    /**
     * The risk that the bounds on a snapshot's ratios speak against an equal candidate. Where its
     * groups are judged, too, half is theirs.
     */
    private double snapshotNoGoRisk(CutoverPlan plan) {
        return plan.cutover().errorAllowance().noGo() * CutoverPlan.SNAPSHOT_PART * tested.weight();
    }

    /** Adds one sealed stratum of this metric and step. */
    void add(StoredStratum s) {
        candidateBad += s.candidateBad();
        candidateTotal += s.candidateTotal();
        if (isOneSample()) {
            notMuchWorse.observe(s.candidateBad(), s.candidateTotal(), snapshotGoNull);
            worse.observe(s.candidateBad(), s.candidateTotal(), snapshotNoGoNull);
        } else {
            baselineBad += s.baselineBad();
            baselineTotal += s.baselineTotal();
            long bad = s.baselineBad() + s.candidateBad();
            notMuchWorse.observe(s.candidateBad(), bad, candidateShare(goMargin(), s));
            worse.observe(s.candidateBad(), bad, candidateShare(noGoMargin(), s));
        }
        groups.ifPresent(each -> each.add(s));
        overFloor.observe(s.candidateBad(), s.candidateTotal(), floor);
        objectiveMissed.observe(s.candidateBad(), s.candidateTotal(), objectiveNull);
    }

    private static double candidateShare(double ratio, StoredStratum s) {
        return EvidenceProcess.candidateShareOfErrors(
                ratio, (double) s.baselineTotal(), (double) s.candidateTotal());
    }

    @Override
    CutoverPlan.Tested tested() {
        return tested;
    }

    /** What was counted of the baseline in each group that is judged by itself. */
    Map<String, BadOfTotal> baselineGroups() {
        return groups.map(GroupEvidence::baseline).orElse(Map.of());
    }

    /** Both sides' events; only where the baseline is live. */
    long events() {
        return baselineTotal + candidateTotal;
    }

    /** Whether what a stratum proves depends on the candidate's counts alone. */
    private boolean isOneSample() {
        return limit > 0 || snapshot.isPresent();
    }

    /** A bad ratio that takes a baseline's place; empty for a comparison. */
    OptionalDouble limit() {
        return limit > 0 ? OptionalDouble.of(limit) : OptionalDouble.empty();
    }

    Optional<Snapshot> snapshot() {
        return snapshot;
    }

    long baselineBad() {
        return baselineBad;
    }

    @Override
    long baselineTotal() {
        return baselineTotal;
    }

    long candidateBad() {
        return candidateBad;
    }

    @Override
    long candidateTotal() {
        return candidateTotal;
    }

    @Override
    double goLogE() {
        return notMuchWorse.logE();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Half the stake is on all groups together, half on each by itself.
     */
    @Override
    double worseLogE() {
        double inAll = worseInAllLogE();
        if (groups.isEmpty()) {
            return inAll;
        }
        double inOne = groups.get().logE();
        double higher = Math.max(inAll, inOne);
        return higher + Math.log((Math.exp(inAll - higher) + Math.exp(inOne - higher)) / 2);
    }

    /**
     * That the candidate is worse than the margin and over the floor: each by itself must be
     * proven, and the lower of two e-values speaks against either hypothesis.
     */
    private double worseInAllLogE() {
        return floor > 0 ? Math.min(worse.logE(), overFloor.logE()) : worse.logE();
    }

    /** The group that speaks against the candidate more than all of them together do. */
    Optional<GroupEvidence.Group> worstGroup() {
        return groups.filter(each -> each.logE() > worseInAllLogE()).flatMap(GroupEvidence::worst);
    }

    @Override
    double objectiveMissedLogE() {
        return objectiveMissed.logE();
    }

    /** The candidate's bad ratio over the baseline's, or the limit; empty where undefined. */
    OptionalDouble ratio() {
        if (limit > 0 && candidateTotal > 0) {
            return OptionalDouble.of(candidateBad / (candidateTotal * limit));
        }
        if (baselineBad <= 0 || candidateTotal <= 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                ((double) candidateBad * baselineTotal) / ((double) baselineBad * candidateTotal));
    }

    /**
     * How many more candidate events it takes until the evidence for NO_GO in this step reaches
     * {@code needed}, if both sides go on as they are; empty where it never does. The candidate's
     * ratio starts from "equal to the baseline", as for GO.
     */
    OptionalLong candidateEventsToNoGo(double needed) {
        double inAll = needed + (groups.isPresent() ? Math.log(2) : 0);
        OptionalDouble events = timeUntil(worse, inAll, noGoMargin(), snapshotNoGoNull);
        if (events.isPresent() && floor > 0) {
            OptionalDouble over = overFloor.timeUntil(inAll, candidateRatioAhead(), 1, floor);
            events =
                    over.isPresent()
                            ? OptionalDouble.of(Math.max(events.getAsDouble(), over.getAsDouble()))
                            : over;
        }
        return wholeEvents(events);
    }

    /** The baseline's bad ratio; empty where it is unknown or zero. */
    OptionalDouble baselineRatio() {
        return baselineBad > 0
                ? OptionalDouble.of((double) baselineBad / baselineTotal)
                : OptionalDouble.empty();
    }

    @Override
    MetricEvidence describe(double noGoLogE, double noGoNeeded, boolean noGoProven) {
        return new MetricEvidence(
                tested.name(),
                tested.required(),
                baselineBad,
                baselineTotal,
                candidateBad,
                candidateTotal,
                ratio(),
                limit > 0 ? 1 : goMargin(),
                limit > 0 ? 1 : noGoMargin(),
                goLogE(),
                goNeeded(),
                noGoLogE,
                noGoNeeded,
                goProven(),
                noGoProven);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The candidate's ratio starts from "equal to the baseline" with the weight of one expected
     * error, so that the first seconds of a step do not promise too much.
     */
    @Override
    OptionalLong candidateEventsToGo() {
        return goProven()
                ? OptionalLong.of(0)
                : wholeEvents(timeUntil(notMuchWorse, goNeeded(), goMargin(), snapshotGoNull));
    }

    /** In candidate events; empty where it never comes, or a side has nothing to go by. */
    private OptionalDouble timeUntil(
            EvidenceProcess process, double needed, double margin, double snapshotNull) {
        if (candidateTotal <= 0 || (limit == 0 && baselineBad <= 0)) {
            return OptionalDouble.empty();
        }
        double candidateRatio = candidateRatioAhead();
        if (isOneSample()) {
            return process.timeUntil(needed, candidateRatio, 1, snapshotNull);
        }
        double perCandidate = (double) baselineTotal / candidateTotal;
        return process.timeUntil(
                needed,
                candidateRatio,
                candidateRatio + (double) baselineBad / candidateTotal,
                EvidenceProcess.candidateShareOfErrors(margin, perCandidate, 1));
    }

    private double candidateRatioAhead() {
        if (limit > 0) {
            // From half the limit on: at the limit itself, nothing is ever proven.
            return (candidateBad + 0.5) / (candidateTotal + 1 / limit);
        }
        return (candidateBad + 1) / (candidateTotal + (double) baselineTotal / baselineBad);
    }

    private static OptionalLong wholeEvents(OptionalDouble events) {
        return events.isPresent()
                ? OptionalLong.of((long) Math.ceil(events.getAsDouble()))
                : OptionalLong.empty();
    }
}
