package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Each title has a place of its own in addresses. */
final class SlugsTest {
    @Test
    void titles_areReadableInAddresses_inEveryScript() {
        assertThat(
                        Slugs.of(
                                List.of(
                                        "Page load time (P99)",
                                        "  Verfügbarkeit, % ",
                                        "可用性",
                                        "延迟",
                                        "%")))
                .containsExactly("page-load-time-p99", "verfügbarkeit", "可用性", "延迟", "row");
    }

    @Test
    void alikeTitles_getANumber_thatNoOtherTitleHas() {
        assertThat(Slugs.of(List.of("Errors", "errors!", "Errors 2", "(errors)", "?", "!")))
                .containsExactly("errors", "errors-2", "errors-2-2", "errors-3", "row", "row-2");
    }
}
