package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

final class BenchIngestCommandTest {
    private final StringWriter err = new StringWriter();

    private int ingest(String... options) {
        List<String> args = new ArrayList<>(List.of("bench", "ingest"));
        args.addAll(Arrays.asList(options));
        return new CommandLine(new SluiceCommand())
                .setErr(new PrintWriter(err, true))
                .execute(args.toArray(String[]::new));
    }

    @Test
    void anUnknownProtocol_isAnsweredWithTheKnownOnes() {
        assertThat(ingest("--protocol", "otlp")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "'otlp' is not a protocol; expected one of otlp-http, otlp-grpc, otlp-json,"
                                + " remote-write, remote-write-2, dogstatsd, or all");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --protocol=remote-write --gzip             | --gzip is for otlp-http and otlp-grpc
                    --protocol=dogstatsd --spans-per-request=9 | --spans-per-request is for OTLP
                    --protocol=all --rate=5                    | --protocol all decides by itself
                    --connections=0                            | --connections is 0; expected at least 1
                    --duration=0s                              | --duration is 0; expected more
                    --spans-per-request=0                      | --spans-per-request is 0; expected at least 1
                    --folder=nowhere                           | --folder is nowhere; expected a folder
                    """)
    void whatDoesNotFit_isNamedWithWhatWasExpected(String options, String expected) {
        assertThat(ingest(options.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(expected);
    }
}
