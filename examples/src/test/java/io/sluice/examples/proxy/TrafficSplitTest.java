package io.sluice.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.examples.shop.ShopService;
import io.sluice.examples.telemetry.Side;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.DoubleRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.IntStream;

class TrafficSplitTest {
    private static final int VISITS = 100_000;

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.01, 0.1, 0.5, 1})
    void shareOfVisits_isTheShareSet(double share) {
        TrafficSplit split = new TrafficSplit();
        split.setShare(ShopService.CART, share);
        long platform =
                IntStream.range(0, VISITS)
                        .filter(i -> split.side(ShopService.CART, visit(i)) == Side.PLATFORM)
                        .count();
        double deviation = 5 * Math.sqrt(share * (1 - share) / VISITS);
        assertThat((double) platform / VISITS).isCloseTo(share, within(deviation));
    }

    @Test
    void servicesAreSplitApart() {
        TrafficSplit split = new TrafficSplit();
        split.setShare(ShopService.CART, 0.5);
        split.setShare(ShopService.AUTH, 0.5);
        long both =
                IntStream.range(0, VISITS)
                        .filter(i -> split.side(ShopService.CART, visit(i)) == Side.PLATFORM)
                        .filter(i -> split.side(ShopService.AUTH, visit(i)) == Side.PLATFORM)
                        .count();
        assertThat((double) both / VISITS).isCloseTo(0.25, within(0.01));
    }

    @Property
    void visitOnThePlatform_staysThereWhenTheShareGrows(
            @ForAll @AlphaChars String visit,
            @ForAll @DoubleRange(min = 0, max = 1) double one,
            @ForAll @DoubleRange(min = 0, max = 1) double other) {
        TrafficSplit split = new TrafficSplit();
        split.setShare(ShopService.AUTH, Math.min(one, other));
        Side before = split.side(ShopService.AUTH, visit);
        assertThat(split.side(ShopService.AUTH, visit)).isEqualTo(before);
        split.setShare(ShopService.AUTH, Math.max(one, other));
        if (before == Side.PLATFORM) {
            assertThat(split.side(ShopService.AUTH, visit)).isEqualTo(Side.PLATFORM);
        }
    }

    @Test
    void sharesOutsideOfTheirRange_areRefused() {
        TrafficSplit split = new TrafficSplit();
        for (double share : new double[] {-0.01, 1.01, Double.NaN}) {
            assertThatThrownBy(() -> split.setShare(ShopService.CART, share))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String visit(int i) {
        return "u" + i % 1_000 + "-" + i / 1_000;
    }
}
