package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class DashboardBenchTest {
    @Test
    void pagesAreAskedFor_andReadersFollowWhatIsSent() throws Exception {
        List<DashboardBench.Row> rows = new ArrayList<>();
        boolean accounted =
                new DashboardBench()
                        .run(
                                new DashboardBench.Sizes(
                                        20,
                                        Duration.ofHours(3),
                                        1,
                                        3,
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(3)),
                                rows::add);

        assertThat(accounted).isTrue();
        assertThat(rows).extracting(DashboardBench.Row::name).doesNotHaveDuplicates();
        assertThat(rows)
                .allSatisfy(
                        row -> assertThat(row.p50()).isPositive().isLessThanOrEqualTo(row.p99()));
        assertThat(rows)
                .filteredOn(row -> row.name().startsWith("overview, what changed"))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.count()).isGreaterThan(1));
    }
}
