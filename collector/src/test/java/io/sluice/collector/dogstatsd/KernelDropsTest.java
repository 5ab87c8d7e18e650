package io.sluice.collector.dogstatsd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Set;

class KernelDropsTest {

    private static final String TABLE =
            """
               sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
             1234: 0100007F:1FBD 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1111 2 0000000000000000 5
             1235: 00000000:1FBD 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2222 2 0000000000000000 7
             1236: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3333 2 0000000000000000 9
            """;

    @Test
    void theSocketIsFoundByItsPortAndItsOwner() {
        assertThat(KernelDrops.find(TABLE, 8125, Set.of(2222L, 3333L))).hasValue(7);
        assertThat(KernelDrops.find(TABLE, 53, Set.of(2222L, 3333L))).hasValue(9);
    }

    @Test
    void anotherProcessesSocketIsNotOurs() {
        assertThat(KernelDrops.find(TABLE, 8125, Set.of(3333L))).isEmpty();
    }

    @Test
    void aLineThatIsCutOffIsNoSocket() {
        assertThat(
                        KernelDrops.find(
                                "header\n 1: 0100007F:1FBD 00000000:0000 07", 8125, Set.of(1111L)))
                .isEmpty();
    }
}
