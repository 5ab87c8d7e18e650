package io.sluice.engine.cutover;

import io.sluice.definitions.model.Cutover;
import io.sluice.engine.cutover.Decision.MetricEvidence;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.StoredStratum;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One quantile in one step: both sides' values, and what they prove. Not thread-safe.
 *
 * <p>With a live baseline a proof is two proofs. {@link PooledQuantile} is about the quantile
 * itself, and assumes that values are distributed alike for the whole of the step. The other one
 * assumes nothing of the kind: stratum by stratum, it compares how many of the candidate's values
 * exceed a bound times the margin with how many of the baseline's exceed the bound, which is the
 * baseline's quantile as the run has seen it <em>before</em> that stratum. So a day's slow hour, a
 * ramp, or another mix of routes on either side convinces it of nothing. The lower of two e-values
 * holds where either's assumptions do.
 */
final class StepQuantile extends StepProof {

    /** A bound is taken from values of which so many exceed it, and so many do not. */
    private static final double FEWEST_IN_TAIL = 10;

    /** Further ahead than this many times what there is, nobody waits. */
    private static final double LONGEST_FORECAST = 1e4;

    private final CutoverPlan.TestedQuantile tested;
    private final Optional<QuantileSnapshot> snapshot;

    private final EvidenceProcess under;
    private final EvidenceProcess over;
    private final double snapshotGoBound;
    private final double snapshotNoGoBound;

    private final Sketch baseline = new Sketch();
    private final Sketch candidate = new Sketch();

    /** NaN if something was added since it was computed. */
    private double pooledGo = Double.NaN;

    private double pooledNoGo = Double.NaN;

    /**
     * @param snapshot what stands in for a live baseline
     */
    StepQuantile(
            CutoverPlan plan,
            int step,
            CutoverPlan.TestedQuantile tested,
            Dispersion dispersion,
            Optional<QuantileSnapshot> snapshot) {
        super(plan, step, dispersion, plan.goMargin(step, tested), plan.noGoMargin(step, tested));
        this.tested = tested;
        this.snapshot = snapshot;
        this.under = EvidenceProcess.thatItIsLess(dispersion().factor());
        this.over = EvidenceProcess.thatItIsMore(dispersion().factor());
        if (snapshot.isPresent()) {
            Cutover.ErrorAllowance allowance = plan.cutover().errorAllowance();
            TailCounts values = new TailCounts(snapshot.get().values());
            double goRisk = allowance.go() * CutoverPlan.SNAPSHOT_PART;
            double noGoRisk = allowance.noGo() * CutoverPlan.SNAPSHOT_PART * tested.weight();
            this.snapshotGoBound =
                    lowerBound(values, tested.tail(), dispersion, goRisk) * goMargin();
            this.snapshotNoGoBound =
                    upperBound(values, tested.tail(), dispersion, noGoRisk) * noGoMargin();
            baseline.merge(snapshot.get().values());
        } else {
            this.snapshotGoBound = Double.NEGATIVE_INFINITY;
            this.snapshotNoGoBound = Double.POSITIVE_INFINITY;
        }
    }

    /** The quantile that the values were drawn from is at most this, but for the risk. */
    static double upperBound(TailCounts values, double tail, Dispersion dispersion, double risk) {
        for (int i = 0; i < values.buckets(); i++) {
            long above = (long) Math.ceil(values.from(i + 1) / dispersion.factor());
            if (BinomialBound.upper(above, independent(values, dispersion), risk) <= tail) {
                return values.upper(i);
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    /** The quantile that the values were drawn from is over this, but for the risk. */
    static double lowerBound(TailCounts values, double tail, Dispersion dispersion, double risk) {
        for (int i = values.buckets() - 1; i >= 0; i--) {
            long above = (long) Math.floor(values.from(i) / dispersion.factor());
            if (BinomialBound.lower(above, independent(values, dispersion), risk) > tail) {
                return values.lower(i);
            }
        }
        return Double.NEGATIVE_INFINITY;
    }

    /** So many independent values would say what these do. */
    private static long independent(TailCounts values, Dispersion dispersion) {
        return (long) Math.ceil(values.count() / dispersion.factor());
    }

    /**
     * The bound that a quantile's tail begins at, as these values have it: a bucket's end, so that
     * they are counted exactly. Empty where there are too few.
     */
    static OptionalDouble bound(Sketch values, double tail) {
        double fewest = FEWEST_IN_TAIL / Math.min(tail, 1 - tail);
        if (values.count() < fewest) {
            return OptionalDouble.empty();
        }
        TailCounts counts = new TailCounts(values);
        int bucket = 0;
        while (counts.from(bucket + 1) > tail * counts.count()) {
            bucket++;
        }
        return OptionalDouble.of(counts.upper(bucket));
    }

    /**
     * Adds one sealed stratum of this quantile and step.
     *
     * @param bound of the tail, from what was sealed before this stratum's time
     */
    void add(StoredStratum stratum, OptionalDouble bound) {
        StoredStratum.Values values = stratum.values().orElseThrow();
        candidate.merge(values.candidate());
        pooledGo = Double.NaN;
        pooledNoGo = Double.NaN;
        TailCounts c = new TailCounts(values.candidate());
        if (snapshot.isPresent()) {
            under.observe(c.possiblyAbove(snapshotGoBound), c.count(), tested.tail());
            over.observe(c.surelyAbove(snapshotNoGoBound), c.count(), tested.tail());
            return;
        }
        baseline.merge(values.baseline());
        TailCounts b = new TailCounts(values.baseline());
        if (bound.isPresent() && b.count() > 0 && c.count() > 0) {
            double share = (double) c.count() / (b.count() + c.count());
            double at = bound.getAsDouble();
            observe(under, b.surelyAbove(at), c.possiblyAbove(at * goMargin()), share);
            observe(over, b.possiblyAbove(at), c.surelyAbove(at * noGoMargin()), share);
        }
    }

    private static void observe(EvidenceProcess process, long ofB, long ofC, double share) {
        process.observe(ofC, ofB + ofC, share);
    }

    @Override
    CutoverPlan.TestedQuantile tested() {
        return tested;
    }

    Optional<QuantileSnapshot> snapshot() {
        return snapshot;
    }

    /** Goes on changing. */
    Sketch baseline() {
        return baseline;
    }

    /** Goes on changing. */
    Sketch candidate() {
        return candidate;
    }

    @Override
    long baselineTotal() {
        return baseline.count();
    }

    @Override
    long candidateTotal() {
        return candidate.count();
    }

    /** Within the sketch's error; empty without values. */
    OptionalDouble baselineValue() {
        return baseline.quantile(tested.metric().quantile().doubleValue());
    }

    /** Within the sketch's error; empty without values. */
    OptionalDouble candidateValue() {
        return candidate.quantile(tested.metric().quantile().doubleValue());
    }

    @Override
    double goLogE() {
        if (snapshot.isPresent()) {
            return under.logE();
        }
        if (Double.isNaN(pooledGo)) {
            pooledGo =
                    PooledQuantile.thatItIsUnder(
                            baseline, candidate, tested.tail(), goMargin(), dispersion().factor());
        }
        return Math.min(under.logE(), pooledGo);
    }

    @Override
    double worseLogE() {
        if (snapshot.isPresent()) {
            return over.logE();
        }
        if (Double.isNaN(pooledNoGo)) {
            pooledNoGo =
                    PooledQuantile.thatItIsOver(
                            baseline,
                            candidate,
                            tested.tail(),
                            noGoMargin(),
                            dispersion().factor());
        }
        return Math.min(over.logE(), pooledNoGo);
    }

    /** It has none of its own. */
    @Override
    double objectiveMissedLogE() {
        return 0;
    }

    @Override
    MetricEvidence describe(double noGoLogE, double noGoNeeded, boolean noGoProven) {
        OptionalDouble baselineIs = baselineValue();
        OptionalDouble candidateIs = candidateValue();
        return new MetricEvidence(
                tested.name(),
                tested.required(),
                0,
                baselineTotal(),
                0,
                candidateTotal(),
                candidateIs.isPresent() && baselineIs.orElse(0) > 0
                        ? OptionalDouble.of(candidateIs.getAsDouble() / baselineIs.getAsDouble())
                        : OptionalDouble.empty(),
                goMargin(),
                noGoMargin(),
                goLogE(),
                goNeeded(),
                noGoLogE,
                noGoNeeded,
                goProven(),
                noGoProven,
                Optional.of(
                        new Decision.Quantile(
                                tested.metric().quantile().doubleValue(),
                                baselineIs,
                                candidateIs)));
    }

    @Override
    OptionalLong candidateEventsToGo() {
        if (goProven()) {
            return OptionalLong.of(0);
        }
        if (candidate.count() == 0 || baseline.count() == 0) {
            return OptionalLong.empty();
        }
        OptionalDouble times = timesUntilGo();
        return times.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of((long) Math.ceil((times.getAsDouble() - 1) * candidate.count()));
    }

    /** What there is, so many times, is enough. */
    private OptionalDouble timesUntilGo() {
        double low = 1;
        double high = 2;
        while (goLogEAfter(high) < goNeeded()) {
            low = high;
            high *= 2;
            if (high > LONGEST_FORECAST) {
                return OptionalDouble.empty();
            }
        }
        while (high - low > 0.01 * low) {
            double middle = (low + high) / 2;
            if (goLogEAfter(middle) < goNeeded()) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return OptionalDouble.of(high);
    }

    private double goLogEAfter(double times) {
        double strata = under.logEAfter(times);
        return snapshot.isPresent() || strata < goNeeded()
                ? strata
                : Math.min(
                        strata,
                        PooledQuantile.thatItIsUnder(
                                baseline,
                                candidate,
                                tested.tail(),
                                goMargin(),
                                dispersion().factor(),
                                times));
    }
}
