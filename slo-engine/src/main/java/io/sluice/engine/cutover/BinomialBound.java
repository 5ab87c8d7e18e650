package io.sluice.engine.cutover;

/**
 * Clopper and Pearson's exact bounds on a probability (Biometrika 26, 1934): each is wrong with
 * probability at most {@code risk}. They hold for one look at counts that were fixed beforehand,
 * which is what a snapshot is.
 */
public final class BinomialBound {
    private BinomialBound() {}

    /** The probability is at most this; 1 if every trial was a success. */
    public static double upper(long successes, long trials, double risk) {
        require(successes, trials, risk);
        return successes == trials ? 1 : exceededWith(risk, successes + 1, trials - successes);
    }

    /** The probability is at least this; 0 if no trial was a success. */
    public static double lower(long successes, long trials, double risk) {
        require(successes, trials, risk);
        return successes == 0 ? 0 : 1 - exceededWith(risk, trials - successes + 1, successes);
    }

    private static void require(long successes, long trials, double risk) {
        if (successes < 0 || successes > trials || !(risk > 0 && risk < 1)) {
            throw new IllegalArgumentException(
                    successes + " successes in " + trials + " trials at risk " + risk);
        }
    }

    /**
     * The point that a Beta(a, b) variable exceeds with this probability, by bisection to the last
     * bit.
     */
    private static double exceededWith(double probability, long a, long b) {
        double low = 0;
        double high = 1;
        while (true) {
            double middle = (low + high) / 2;
            if (middle <= low || middle >= high) {
                return high;
            }
            if (incompleteBeta(1 - middle, (double) b, (double) a) > probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
    }

    /** The regularised incomplete beta function I_x(a, b). */
    static double incompleteBeta(double x, double a, double b) {
        if (x <= 0 || x >= 1) {
            return x <= 0 ? 0 : 1;
        }
        if (x > (a + 1) / (a + b + 2)) {
            return 1 - incompleteBeta(1 - x, b, a);
        }
        double logFront =
                a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b);
        return Math.exp(logFront) / (a * fraction(x, a, b));
    }

    /**
     * The continued fraction of DLMF 8.17.22, by Lentz's method; converges fast for x below the
     * mean.
     */
    private static double fraction(double x, double a, double b) {
        double result = 1;
        double c = 1;
        double d = 0;
        // Terms needed grow with the square root of the larger parameter: this is enough for 10^10
        // trials.
        for (int term = 1; term < 1_000_000; term++) {
            int m = term / 2;
            double numerator =
                    term % 2 == 0
                            ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                            : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / away(1 + numerator * d);
            c = away(1 + numerator / c);
            result *= c * d;
            if (Math.abs(c * d - 1) < 1e-15) {
                return result;
            }
        }
        throw new IllegalStateException("I_" + x + "(" + a + ", " + b + ") does not converge");
    }

    private static double away(double value) {
        return Math.abs(value) < 1e-300 ? 1e-300 : value;
    }

    /**
     * Stirling's series, DLMF 5.11.1, after the argument was raised to where five terms give full
     * precision.
     */
    static double logGamma(double x) {
        double shift = 0;
        double z = x;
        while (z < 15) {
            shift -= Math.log(z);
            z += 1;
        }
        double r = 1 / (z * z);
        double series =
                (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / z;
        return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
    }
}
