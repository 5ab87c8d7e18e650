package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MainTest {
    @Test
    void usage_namesTheCommand() {
        assertThat(Main.usage()).startsWith("Usage: sluice ");
    }
}
