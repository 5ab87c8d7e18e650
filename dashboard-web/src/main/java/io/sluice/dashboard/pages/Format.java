package io.sluice.dashboard.pages;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers and times as people read them: as many digits as say something, and no more. */
final class Format {
    /** What stands where nothing was measured. */
    static final String NONE = "–";

    private static final DecimalFormatSymbols SYMBOLS =
            DecimalFormatSymbols.getInstance(Locale.ROOT);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY_AND_TIME =
            DateTimeFormatter.ofPattern("d MMM, HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter YEAR_AND_TIME =
            DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private static final DateTimeFormatter WHOLE =
            DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm:ss 'UTC'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private Format() {}

    /**
     * A share of good events, in percent. Two digits of what is bad are shown, and never rounded
     * up: 99.996 % must not read as 100 %, nor 99.9499 % as a target of 99.95 % that was met.
     */
    static String goodShare(long good, long total) {
        if (total == 0) {
            return NONE;
        }
        if (good == total) {
            return "100 %";
        }
        BigDecimal percent =
                BigDecimal.valueOf(good)
                        .multiply(BigDecimal.valueOf(100))
                        .divide(BigDecimal.valueOf(total), MathContext.DECIMAL64);
        double bad = 100 - percent.doubleValue();
        int decimals = Math.clamp((int) Math.ceil(1 - Math.log10(bad)), 0, 5);
        return percent.setScale(decimals, RoundingMode.DOWN).toPlainString() + " %";
    }

    /** The same of a share that is known to nine digits. */
    static String goodShare(double share) {
        long billion = 1_000_000_000;
        return goodShare((long) (share * billion), billion);
    }

    /** A target: exactly as it was written, in percent. */
    static String target(BigDecimal share) {
        return share.movePointRight(2).stripTrailingZeros().toPlainString() + " %";
    }

    /** A share with two significant digits, in percent; whole from 10 % on. */
    static String percent(double share) {
        double percent = share * 100;
        double size = Math.abs(percent);
        int decimals = size >= 9.95 || size == 0 ? 0 : size >= 0.995 ? 1 : size >= 0.0995 ? 2 : 3;
        return signed(decimal(percent, decimals)) + " %";
    }

    /** A share that somebody chose, exactly: {@code 1 %}, {@code 0.5 %}. */
    static String exactPercent(double share) {
        return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString()
                + " %";
    }

    static String percent(OptionalDouble share) {
        return share.isPresent() ? percent(share.getAsDouble()) : NONE;
    }

    /** Bad over total, in percent. */
    static String badShare(long bad, long total) {
        return total == 0 ? NONE : percent((double) bad / total);
    }

    /** A burn rate or a ratio: {@code 23×}, {@code 2.4×}, {@code 0.42×}. */
    static String times(double factor) {
        double size = Math.abs(factor);
        if (size > 0 && size < 0.005) {
            return "<0.01×";
        }
        int decimals = size >= 9.95 || size == 0 ? 0 : size >= 0.995 ? 1 : 2;
        return decimal(factor, decimals) + "×";
    }

    static String times(OptionalDouble factor) {
        return factor.isPresent() ? times(factor.getAsDouble()) : NONE;
    }

    /** A factor that somebody chose, as it was written: {@code 14.4×}. */
    static String exactTimes(double factor) {
        return BigDecimal.valueOf(factor).stripTrailingZeros().toPlainString() + "×";
    }

    /** {@code 6,451,936}. */
    static String count(long count) {
        return new DecimalFormat("#,##0", SYMBOLS).format(count);
    }

    /** {@code 21.4 M}: for sums that nobody reads to the last digit. */
    static String roughly(long count) {
        if (count < 10_000) {
            return count(count);
        }
        return count < 999_500
                ? threeDigits(count / 1e3) + " k"
                : count < 999_500_000
                        ? threeDigits(count / 1e6) + " M"
                        : threeDigits(count / 1e9) + " G";
    }

    /** {@code 1.25 GB}: decimal, as disks are sold. */
    static String bytes(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        return bytes < 999_500
                ? threeDigits(bytes / 1e3) + " kB"
                : bytes < 999_500_000
                        ? threeDigits(bytes / 1e6) + " MB"
                        : threeDigits(bytes / 1e9) + " GB";
    }

    /** {@code 192 MiB}: in powers of 1024, as memory is. */
    static String binaryBytes(long bytes) {
        if (bytes < 1_024) {
            return bytes + " B";
        }
        int power = Math.min(4, (63 - Long.numberOfLeadingZeros(bytes)) / 10);
        return threeDigits(bytes / Math.pow(1_024, power)) + " " + "KMGT".charAt(power - 1) + "iB";
    }

    /** Items a second: {@code 1,758 /s}. */
    static String rate(OptionalDouble perSecond) {
        return perSecond.isPresent() ? threeDigits(perSecond.getAsDouble()) + " /s" : NONE;
    }

    /** An estimate, with two significant digits: {@code 1,200}. */
    static String about(long count) {
        return count(BigDecimal.valueOf(count).round(new MathContext(2)).longValue());
    }

    /**
     * A measured value in its unit: three significant digits, or whole; percents with two decimals,
     * because 99.2 and 99.97 are worlds apart.
     */
    static String value(double value, String unit) {
        return unit.equals("%") ? withoutZeros(decimal(value, 2)) : threeDigits(value);
    }

    /** A measured value, with three significant digits, or whole. */
    static String value(double value) {
        return threeDigits(value);
    }

    private static String threeDigits(double value) {
        double size = Math.abs(value);
        int decimals = size >= 99.95 || size == 0 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
        return withoutZeros(decimal(value, decimals));
    }

    private static String withoutZeros(String number) {
        return number.contains(".") ? number.replaceAll("\\.?0+$", "") : number;
    }

    private static String decimal(double value, int decimals) {
        DecimalFormat format = new DecimalFormat("#,##0", SYMBOLS);
        format.setMinimumFractionDigits(decimals);
        format.setMaximumFractionDigits(decimals);
        format.setRoundingMode(RoundingMode.HALF_UP);
        return format.format(value);
    }

    /** A minus that is as wide as a digit. */
    private static String signed(String number) {
        return number.replace('-', '−');
    }

    /** The two largest units: {@code 23 min}, {@code 1 h 5 min}, {@code 3 d 4 h}. */
    static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            long rest = seconds % 60;
            boolean exactEnough = rest == 0 || seconds >= 600;
            return seconds / 60 + " min" + (exactEnough ? "" : " " + rest + " s");
        }
        if (seconds < 86_400) {
            return two(seconds / 3_600, "h", seconds % 3_600 / 60, "min");
        }
        return two(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h");
    }

    /** An estimate: one unit where it says enough. {@code 19 h}, {@code 3 d 4 h}, {@code 2 min}. */
    static String roughly(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds >= 36_000 && seconds < 86_400) {
            return seconds / 3_600 + " h";
        }
        if (seconds >= 864_000) {
            return seconds / 86_400 + " d";
        }
        return seconds >= 60 && seconds < 3_600 ? seconds / 60 + " min" : duration(duration);
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }

    /** How long ago: {@code just now}, {@code 12 s ago}. */
    static String ago(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        return age.toSeconds() < 1 ? "just now" : duration(age) + " ago";
    }

    /** {@code 10:17:02}, UTC. */
    static String time(Instant at) {
        return TIME.format(at);
    }

    /** {@code 14 Feb 2026, 10:17:02 UTC}: what a moment's other words stand for. */
    static String utc(Instant at) {
        return WHOLE.format(at);
    }

    /** How much of a moment is told: as little as leaves no doubt which one is meant. */
    enum Grain {
        TIME,
        DAY,
        YEAR;

        static Grain of(Instant at, Instant now) {
            Duration away = Duration.between(at, now).abs();
            return away.toHours() < 20 ? TIME : away.toDays() < 300 ? DAY : YEAR;
        }
    }

    /**
     * The time if it is within 20 hours, else with the day: {@code 6 Feb, 07:40}, and far away with
     * the year.
     */
    static String moment(Instant at, Instant now) {
        return switch (Grain.of(at, now)) {
            case TIME -> time(at);
            case DAY -> DAY_AND_TIME.format(at);
            case YEAR -> YEAR_AND_TIME.format(at);
        };
    }
}
