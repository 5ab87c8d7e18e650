package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class OldGarbageTest {
    private static final long MIB = 1L << 20;

    private long live = 20 * MIB;
    private long dead;
    private int collected;

    private final OldGarbage garbage =
            new OldGarbage(
                    () -> live + dead,
                    () -> {
                        dead = 0;
                        collected++;
                    });

    @Test
    void aSmallHeapIsLeftAlone() {
        dead = OldGarbage.LEAST_BYTES - live;
        garbage.look();
        assertThat(collected).isZero();
        dead += 1;
        garbage.look();
        assertThat(collected).isEqualTo(1);
        assertThat(dead).isZero();
    }

    @Test
    void fromThenOn_halfAsMuchMayBeDeadAsIsHeld() {
        live = 300 * MIB;
        garbage.look();
        assertThat(collected).isEqualTo(1);
        dead = 150 * MIB;
        garbage.look();
        assertThat(collected).isEqualTo(1);
        dead += 1;
        garbage.look();
        garbage.look();
        assertThat(collected).isEqualTo(2);
    }

    @Test
    void ofLittle_moreThanHalfMayBeDead() {
        live = OldGarbage.LEAST_BYTES - OldGarbage.LEAST_DEAD_BYTES;
        dead = OldGarbage.LEAST_BYTES;
        garbage.look();
        assertThat(collected).isEqualTo(1);
        dead = OldGarbage.LEAST_DEAD_BYTES;
        garbage.look();
        assertThat(collected).isEqualTo(1);
        dead += 1;
        garbage.look();
        assertThat(collected).isEqualTo(2);
    }

    @Test
    void aHeapThatIsNotCollectedSerially_needsNobody() {
        // Tests run on the JVM's own choice of a collector, whichever that is here.
        boolean serial =
                java.lang.management.ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .anyMatch(bean -> bean.getName().equals("MarkSweepCompact"));
        assertThat(OldGarbage.ofThisJvm().isPresent()).isEqualTo(serial);
    }
}
