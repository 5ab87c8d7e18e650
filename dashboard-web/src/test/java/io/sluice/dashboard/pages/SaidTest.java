package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SaidTest {
    @Test
    void betweenBackticksIsCode() {
        assertThat(Said.parts("Its number, or `latest`."))
                .containsExactly(
                        new Said("Its number, or ", false),
                        new Said("latest", true),
                        new Said(".", false));
        assertThat(Said.parts("`a``b`"))
                .filteredOn(Said::code)
                .extracting(Said::text)
                .containsExactly("a", "b");
    }

    @Test
    void whatIsNotClosed_isText() {
        assertThat(Said.parts("a ` b")).containsExactly(new Said("a ` b", false));
        assertThat(Said.parts("")).containsExactly(new Said("", false));
    }
}
