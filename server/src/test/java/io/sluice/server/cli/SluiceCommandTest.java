package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--data d",
                "--data=d",
                "--config=c.yaml --data /var/lib/sluice",
                "--definitions a=b --config c",
                "--definitions=a=b",
                "--config c --definitions s --data d"
            })
    void plainArgumentsOfServe_areReadAsPicocliReadsThem(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
        CommandLine picocli = SluiceCommand.serveOnly();
        picocli.parseArgs(arguments);
        ServeCommand command = picocli.getCommand();
        assertThat(ServeArguments.ofPlain(arguments)).contains(command.arguments());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "--version",
                "--data",
                "--data=",
                "--data --config",
                "--data d --data e",
                "--data @file",
                "--data 'd'",
                "--no-such-option x",
                "d",
                "@arguments",
                "--config c --help"
            })
    void whateverElse_isLeftToPicocli(String line) {
        assertThat(ServeArguments.ofPlain(line.split(" "))).isEmpty();
    }

    @Test
    void serveWithoutItsFolder_saysWhichIsMissing_andIsOne() {
        StringWriter said = new StringWriter();
        int code =
                SluiceCommand.serve(
                        ServeArguments.ofPlain("--definitions", "no-such-folder").orElseThrow(),
                        new PrintWriter(Writer.nullWriter()),
                        new PrintWriter(said, true));
        assertThat(code).isEqualTo(1);
        assertThat(said)
                .hasToString(
                        "there is no folder no-such-folder; name one with --definitions"
                                + System.lineSeparator());
    }
}
