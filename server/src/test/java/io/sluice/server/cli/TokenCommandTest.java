package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.trust.TokenDigest;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.stream.Collectors;

final class TokenCommandTest {

    private static Map<String, String> token() {
        StringWriter out = new StringWriter();
        int exitCode =
                new CommandLine(new SluiceCommand()).setOut(new PrintWriter(out)).execute("token");
        assertThat(exitCode).isZero();
        return out.toString()
                .lines()
                .map(line -> line.split(": +", 2))
                .filter(pair -> pair.length == 2 && !pair[0].contains("{"))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, _) -> a));
    }

    @Test
    void everyToken_isItsOwn_longAndWithItsDigest() {
        Map<String, String> first = token();
        Map<String, String> second = token();
        assertThat(first.get("token"))
                .matches("sluice_[A-Za-z0-9_-]{43}")
                .isNotEqualTo(second.get("token"));
        assertThat(first.get("sha256"))
                .isEqualTo(TokenDigest.of(String.valueOf(first.get("token"))).hex());
    }
}
