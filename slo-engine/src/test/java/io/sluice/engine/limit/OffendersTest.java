package io.sluice.engine.limit;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

class OffendersTest {

    private final Offenders offenders = new Offenders(Offender.What.BYTES);

    @Test
    void few_areCountedExactly_theWorstFirst() {
        offenders.add("cart", "", 5);
        offenders.add("auth", "", 3);
        offenders.add("auth", "", 4);
        offenders.add("auth", "future", 1);
        offenders.add("nobody", "", 0);

        assertThat(offenders.worst())
                .containsExactly(
                        new Offender(Offender.What.BYTES, "auth", "", 7, 0),
                        new Offender(Offender.What.BYTES, "cart", "", 5, 0),
                        new Offender(Offender.What.BYTES, "auth", "future", 1, 0));
    }

    /** Against exact counts of everybody: the bound that the class states. */
    @Property(tries = 100)
    void amongVeryMany_whoCausesMuchIsFound_andNoCountIsFurtherOffThanTheBound(
            @ForAll Random random) {
        Offenders some = new Offenders(Offender.What.BYTES);
        Map<String, Long> exact = new HashMap<>();
        long all = 0;
        for (int i = 0; i < 5_000; i++) {
            String who =
                    random.nextInt(4) == 0
                            ? "heavy-" + random.nextInt(20)
                            : "light-" + random.nextInt(100_000);
            long count = 1 + random.nextInt(10);
            some.add(who, "", count);
            exact.merge(who, count, Long::sum);
            all += count;
        }

        long bound = all / Offenders.KEPT;
        Map<String, Offender> kept = new HashMap<>();
        some.all().forEach(offender -> kept.put(offender.who(), offender));
        assertThat(kept).hasSizeLessThanOrEqualTo(Offenders.KEPT);
        exact.forEach(
                (who, count) -> {
                    if (count > bound) {
                        assertThat(kept).containsKey(who);
                    }
                });
        for (Offender offender : kept.values()) {
            long truth = exact.get(offender.who());
            assertThat(offender.count()).isBetween(truth, truth + bound);
            assertThat(offender.count() - offender.over()).isLessThanOrEqualTo(truth);
            assertThat(offender.over()).isLessThanOrEqualTo(bound);
        }
        assertThat(kept.values()).anySatisfy(offender -> assertThat(offender.over()).isPositive());
    }
}
