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
    private final boolean composite;
    private final Optional<BudgetingMethod> method;
    private final Optional<Duration> window;

    /**
     * @param indicatorAt where the SLO has its own indicator, if it has one
     * @param indicator empty also where it is wrong
     * @param composite whether each objective must have an indicator of its own
     * @param window nominal length
     */
    ObjectiveReader(
            IndicatorReader indicators,
            Optional<Value> indicatorAt,
            Optional<Sli> indicator,
            boolean composite,
            Optional<BudgetingMethod> method,
            Optional<Duration> window) {
        this.indicators = indicators;
        this.indicatorAt = indicatorAt;
        this.indicator = indicator;
        this.composite = composite;
        this.method = method;
        this.window = window;
    }

    /** Whether any of these objectives has an indicator of its own; reports nothing. */
    static boolean anyHasAnIndicator(Value objectives) {
        return objectives.node() instanceof YamlNode.Sequence
                && objectives.items().orElseThrow().stream()
                        .anyMatch(
                                item ->
                                        item.peek(IndicatorReader.INLINE).isPresent()
                                                || item.peek(IndicatorReader.REFERENCE)
                                                        .isPresent());
    }

    /**
     * An objective, with what lints can say of it even where its indicator is wrong.
     *
     * @param objective empty where something of it is wrong
     */
    record ReadObjective(
            Optional<BigDecimal> target,
            Optional<Duration> sliceWindow,
            Optional<Objective> objective) {}

    Optional<ReadObjective> read(Value item) {
        return item.object(this::objective);
    }

    private Optional<ReadObjective> objective(Fields fields) {
        String displayName = fields.optional("displayName", MetadataReader::displayName).orElse("");
        Optional<Sli> sli = indicator(fields);
        Optional<Objective.Threshold> threshold =
                IndicatorReader.threshold(fields, sli.map(Sli::indicator));
        threshold.ifPresent(
                bound ->
                        sli.ifPresent(
                                s ->
                                        fields.value("value")
                                                .ifPresent(
                                                        v ->
                                                                HistogramBounds.check(
                                                                        s.indicator(), bound, v))));
        Optional<BigDecimal> target =
                fields.exactlyOne("target", "targetPercent")
                        .flatMap(ObjectiveReader::targetOrPercent);
        Optional<BigDecimal> sliceTarget = sliceTarget(fields);
        Optional<Duration> sliceWindow = sliceWindow(fields);
        BigDecimal weight = weight(fields);
        boolean judged =
                sli.isPresent()
                        && (threshold.isPresent()
                                || !(sli.get().indicator() instanceof Indicator.Threshold));
        Optional<Objective> objective =
                judged && target.isPresent()
                        ? Optional.of(
                                new Objective(
                                        displayName,
                                        sli.get().metadata().name(),
                                        sli.get().indicator(),
                                        threshold,
                                        target.get(),
                                        sliceTarget,
                                        sliceWindow,
                                        weight))
                        : Optional.empty();
        return Optional.of(new ReadObjective(target, sliceWindow, objective));
    }

    /** The objective's own indicator in a composite, and otherwise the SLO's. */
    private Optional<Sli> indicator(Fields fields) {
        Optional<Value> own =
                composite
                        ? fields.exactlyOne(IndicatorReader.INLINE, IndicatorReader.REFERENCE)
                        : fields.atMostOne(IndicatorReader.INLINE, IndicatorReader.REFERENCE);
        Optional<Sli> read = own.flatMap(indicators::inlineOrReferred);
        if (own.isPresent() && indicatorAt.isPresent()) {
            own.get()
                    .wrongKey(
                            "the SLO has an indicator and this objective another",
                            "one on the SLO, or one on each objective");
        }
        return composite ? read : indicator;
    }

    private BigDecimal weight(Fields fields) {
        Optional<Value> at = fields.value("compositeWeight");
        Optional<BigDecimal> weight =
                at.flatMap(v -> v.number(n -> n.signum() > 0, "a number over 0"));
        if (at.isPresent() && !composite) {
            at.get()
                    .warnKey(
                            "`compositeWeight` means nothing where the objectives share the SLO's"
                                    + " indicator",
                            "an indicator on each objective");
        }
        return weight.filter(_ -> composite)
                .map(BigDecimal::stripTrailingZeros)
                .orElse(BigDecimal.ONE);
    }

    /** A share under 1, exact and in its shortest form, so that 0.990 and 0.99 are the same. */
    static Optional<BigDecimal> target(Value value) {
        return under(value, BigDecimal.ONE, "from 0 to under 1, for example 0.999");
    }

    private static Optional<BigDecimal> targetOrPercent(Value value) {
        return value.key().equals("targetPercent")
                ? under(value, PERCENT, "from 0 to under 100, for example 99.9")
                        .map(n -> n.movePointLeft(2))
                : under(
                        value,
                        BigDecimal.ONE,
                        "from 0 to under 1, for example 0.999, or `targetPercent: 99.9`");
    }

    private static Optional<BigDecimal> under(Value value, BigDecimal end, String expected) {
        return value.number(n -> n.signum() >= 0 && n.compareTo(end) < 0, expected)
                .map(BigDecimal::stripTrailingZeros);
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
            return Durations.shorthand(value)
                    .map(
                            read -> {
                                warnOfMonths(read, value);
                                return read.length();
                            });
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

    /** The specification's own example confuses the two. */
    static void warnOfMonths(Durations.Shorthand length, Value at) {
        if (length.unit() == 'M') {
            at.warn(
                    "`" + length.count() + "M` counts months",
                    "`" + length.count() + "m` for minutes");
        }
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
