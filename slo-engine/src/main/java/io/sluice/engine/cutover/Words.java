package io.sluice.engine.cutover;

import io.sluice.definitions.model.Indicator;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers as people read them in a reason. */
final class Words {
    private Words() {}

    /** {@code 0.04 % of 2,310}. */
    static String share(long bad, long total) {
        return (total == 0 ? "no share" : percent((double) bad / total)) + " of " + count(total);
    }

    /** Two digits after the point, or two that say something; what is no number by its name. */
    static String percent(double ratio) {
        if (!Double.isFinite(ratio)) {
            return Double.toString(ratio);
        }
        BigDecimal percent = BigDecimal.valueOf(ratio).movePointRight(2);
        BigDecimal rounded =
                percent.abs().compareTo(BigDecimal.valueOf(0.095)) < 0
                        ? percent.round(new MathContext(2, RoundingMode.HALF_UP))
                        : percent.setScale(2, RoundingMode.HALF_UP);
        return plain(rounded) + " %";
    }

    /** {@code 99} or {@code 99.9}, of a quantile. */
    static String hundredths(BigDecimal quantile) {
        return plain(quantile.movePointRight(2));
    }

    /** {@code 412 ms}: three digits, which is more than a sketch knows. */
    static String value(OptionalDouble value, Indicator.Unit unit) {
        if (value.isEmpty()) {
            return "unknown";
        }
        String digits =
                plain(
                        BigDecimal.valueOf(value.getAsDouble())
                                .round(new MathContext(3, RoundingMode.HALF_UP)));
        return switch (unit) {
            case MILLISECONDS -> digits + " ms";
            case SECONDS -> digits + " s";
            case NONE -> digits;
        };
    }

    /** {@code 20,114}. */
    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** {@code 12,000}: rounded up to two digits, so that it does not change with every event. */
    static String about(double number) {
        return count(
                BigDecimal.valueOf(number)
                        .round(new MathContext(2, RoundingMode.CEILING))
                        .setScale(0, RoundingMode.CEILING)
                        .longValueExact());
    }

    /** {@code x1.5}. */
    static String margin(double margin) {
        return "x" + plain(BigDecimal.valueOf(margin));
    }

    /** {@code 2.4 times}. */
    static String times(double factor) {
        return plain(BigDecimal.valueOf(factor).round(new MathContext(2, RoundingMode.HALF_UP)))
                + " times";
    }

    /** {@code 1.31}: never less than it is. */
    static String factor(double factor) {
        return plain(BigDecimal.valueOf(factor).setScale(2, RoundingMode.CEILING));
    }

    /** {@code 90 s}, {@code 10 min}, {@code 2 h}. */
    static String time(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds >= 7200 && seconds % 3600 == 0) {
            return seconds / 3600 + " h";
        }
        return seconds >= 120 && seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
