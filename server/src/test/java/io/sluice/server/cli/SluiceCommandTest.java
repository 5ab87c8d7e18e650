package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

final class SluiceCommandTest {
    @Test
    void serveByItself_isTheServeBelowTheRoot() {
        CommandLine below = new CommandLine(new SluiceCommand()).getSubcommands().get("serve");
        assertThat(SluiceCommand.serveOnly().getUsageMessage(Ansi.OFF))
                .startsWith("Usage: sluice serve")
                .isEqualTo(below.getUsageMessage(Ansi.OFF));
    }

    @Test
    void anUnknownOptionOfServe_isAUsageError() {
        assertThat(SluiceCommand.execute("serve", "--no-such-option")).isEqualTo(2);
    }
}
