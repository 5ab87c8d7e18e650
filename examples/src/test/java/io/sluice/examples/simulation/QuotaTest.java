package io.sluice.examples.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

class QuotaTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Quota quota = new Quota(10, nanos::get);

    @Test
    void soManyCallsASecond_areLetThrough_andNoMoreAreSaved() {
        assertThat(taken(15)).isEqualTo(10);
        nanos.addAndGet(500_000_000);
        assertThat(taken(15)).isEqualTo(5);
        nanos.addAndGet(60_000_000_000L);
        assertThat(taken(15)).isEqualTo(10);
    }

    @Test
    void underTheQuota_nothingIsRefused() {
        for (int i = 0; i < 100; i++) {
            nanos.addAndGet(125_000_000);
            assertThat(quota.take()).isTrue();
        }
    }

    @Test
    void lessThanACallASecond_isNoQuota() {
        assertThatThrownBy(() -> new Quota(0.5, nanos::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("0.5 calls a second, expected at least 1");
    }

    private long taken(int tries) {
        return IntStream.range(0, tries).filter(_ -> quota.take()).count();
    }
}
