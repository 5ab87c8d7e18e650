package io.sluice.definitions;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Sli;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/** Reads the objectives of one SLO, whose indicator, method and window they are judged against. */
final class ObjectiveReader {
    private static final BigDecimal PERCENT = BigDecimal.valueOf(100);

    private final IndicatorReader indicators;
    private final Optional<Value> indicatorAt;
    private final Optional<Sli> indicator;
    private final Optional<BudgetingMethod> method;
    private final Optional<Duration> window;
    private boolean composite;

    /**
     * @param indicatorAt where the SLO has its own indicator, if it has one
     * @param indicator empty also where it is wrong
     * @param window nominal length
     */
    ObjectiveReader(
            IndicatorReader indicators,
            Optional<Value> indicatorAt,
            Optional<Sli> indicator,
            Optional<BudgetingMethod> method,
            Optional<Duration> window) {
        this.indicators = indicators;
        this.indicatorAt = indicatorAt;
        this.indicator = indicator;
        this.method = method;
        this.window = window;
    }

    /** Whether an objective had an indicator of its own. */
    boolean composite() {
        return composite;
    }

    Optional<Objective> read(Value item) {
        return item.object(this::objective);
    }

    private Optional<Objective> objective(Fields fields) {
        String displayName = fields.optional("displayName", MetadataReader::displayName).orElse("");
        refuseOwnIndicator(fields);
        Optional<Objective.Threshold> threshold =
                IndicatorReader.threshold(fields, indicator.map(Sli::indicator));
        Optional<BigDecimal> target =
                fields.exactlyOne("target", "targetPercent").flatMap(ObjectiveReader::target);
        Optional<BigDecimal> sliceTarget = sliceTarget(fields);
        Optional<Duration> sliceWindow = sliceWindow(fields);
        boolean judged =
                indicator.isPresent()
                        && (indicator.get().indicator() instanceof Indicator.Ratio
                                || threshold.isPresent());
        if (!judged || target.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Objective(
                        displayName,
                        indicator.get().metadata().name(),
                        indicator.get().indicator(),
                        threshold,
                        target.get(),
                        sliceTarget,
                        sliceWindow,
                        BigDecimal.ONE));
    }

    /**
     * Indicators on objectives make an SLO composite: one budget of several parts, which is not the
     * sum of several objectives.
     */
    private void refuseOwnIndicator(Fields fields) {
        fields.optional("compositeWeight", v -> v.number(n -> n.signum() > 0, "a number over 0"));
        Optional<Value> own = fields.atMostOne(IndicatorReader.INLINE, IndicatorReader.REFERENCE);
        if (own.isEmpty()) {
            return;
        }
        composite = true;
        indicators.inlineOrReferred(own.get());
        if (indicatorAt.isPresent()) {
            own.get()
                    .wrongKey(
                            "the SLO has an indicator and this objective another",
                            "one on the SLO, or one on each objective");
        } else {
            own.get()
                    .wrongKey(
                            "composite SLOs are not supported by Sluice yet",
                            "an indicator on the SLO");
        }
    }

    /** Exact, and in its shortest form, so that 0.990 and 99 % are the same target. */
    static Optional<BigDecimal> target(Value value) {
        boolean percent = value.key().equals("targetPercent");
        BigDecimal end = percent ? PERCENT : BigDecimal.ONE;
        String expected =
                percent
                        ? "from 0 to under 100, for example 99.9"
                        : "from 0 to under 1, for example 0.999";
        return value.number(n -> n.signum() >= 0 && n.compareTo(end) < 0, expected)
                .map(n -> (percent ? n.movePointLeft(2) : n).stripTrailingZeros());
    }

    private Optional<BigDecimal> sliceTarget(Fields fields) {
        boolean needed = method.equals(Optional.of(BudgetingMethod.TIMESLICES));
        Optional<Value> at =
                needed ? fields.exactlyOne("timeSliceTarget") : fields.value("timeSliceTarget");
        warnUnless(needed, at, "Timeslices");
        return at.flatMap(
                        v ->
                                v.number(
                                        n -> n.signum() > 0 && n.compareTo(BigDecimal.ONE) <= 0,
                                        "over 0, up to 1"))
                .filter(_ -> needed)
                .map(BigDecimal::stripTrailingZeros);
    }

    private Optional<Duration> sliceWindow(Fields fields) {
        boolean needed = method.isPresent() && method.get() != BudgetingMethod.OCCURRENCES;
        Optional<Value> at =
                needed ? fields.exactlyOne("timeSliceWindow") : fields.value("timeSliceWindow");
        warnUnless(needed, at, "Timeslices and RatioTimeslices");
        Optional<Duration> slice = at.flatMap(ObjectiveReader::slice).filter(_ -> needed);
        if (slice.isPresent() && window.isPresent() && slice.get().compareTo(window.get()) > 0) {
            at.get()
                    .warn(
                            "the slice is longer than the SLO's window",
                            "at most " + Durations.inWords(window.get()));
        }
        return slice;
    }

    /** A length, or by OpenSLO's text, though not by its validator, a number of minutes. */
    private static Optional<Duration> slice(Value value) {
        boolean number =
                value.node() instanceof YamlNode.Scalar scalar
                        && scalar.type() == YamlNode.Type.INTEGER;
        if (!number) {
            return Durations.positive(value);
        }
        return value.count(1)
                .filter(
                        minutes ->
                                minutes <= Durations.MAX_MINUTES
                                        || value.wrong("too long", "").isPresent())
                .map(
                        minutes -> {
                            value.warn(
                                    "OpenSLO's validator refuses a number of minutes",
                                    "`" + minutes + "m`");
                            return Duration.ofMinutes(minutes);
                        });
    }

    private void warnUnless(boolean needed, Optional<Value> at, String methods) {
        if (!needed && method.isPresent()) {
            at.ifPresent(
                    v ->
                            v.warnKey(
                                    "`" + v.key() + "` means nothing for this budgeting method",
                                    methods));
        }
    }
}
