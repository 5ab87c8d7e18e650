package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class CountCheckTest {
    private static final List<Ledger.Entry> SENT =
            List.of(
                    new Ledger.Entry("errors", "baseline", "spans", 10),
                    new Ledger.Entry("errors", "candidate", "spans", 2));

    @Test
    void sidesAreComparedApart() {
        List<CountCheck.Row> rows =
                CountCheck.compare(
                        SENT,
                        List.of(
                                new SluiceApi.Counted("errors", "baseline", "spans", 10),
                                new SluiceApi.Counted("errors", "candidate", "spans", 3),
                                new SluiceApi.Counted("other", "all", "spans", 99)));
        assertThat(rows)
                .containsExactly(
                        new CountCheck.Row("errors", "baseline", "spans", 10, 10),
                        new CountCheck.Row("errors", "candidate", "spans", 2, 3));
        assertThat(rows.getFirst().exact()).isTrue();
        assertThat(rows.getLast().exact()).isFalse();
    }

    @Test
    void whatSluiceDoesNotKnow_countsAsNothing() {
        assertThat(CountCheck.compare(SENT, List.of())).allMatch(row -> row.counted() == 0);
    }
}
