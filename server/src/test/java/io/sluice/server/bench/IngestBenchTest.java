package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** The bench against a real server, for a moment of each kind. */
final class IngestBenchTest {
    private static final Duration MOMENT = Duration.ofMillis(200);

    private static Load load(Protocol protocol, Duration duration, Duration floors, Path folder) {
        return new Load(
                protocol,
                false,
                Load.usualItems(protocol),
                2,
                MOMENT,
                duration,
                floors,
                protocol == Protocol.DOGSTATSD ? 1_000 : 0,
                Optional.of(folder));
    }

    @Test
    void everythingIsAccountedFor_andEveryStageMeasured(@TempDir Path folder) throws Exception {
        Result result = new IngestBench().run(load(Protocol.REMOTE_WRITE, MOMENT, MOMENT, folder));
        assertThat(result.sent()).isPositive();
        assertThat(result.counted()).isEqualTo(result.sent());
        assertThat(result.events()).isEqualTo(result.expectedEvents()).isPositive();
        assertThat(result.floors())
                .extracting(Floors.Floor::stage)
                .containsExactly("empty handler", "unsnap", "decode", "log");
        assertThat(result.shareOfFloor()).isPositive();
        assertThat(result.shareOfStages()).isGreaterThan(result.shareOfFloor());
        assertThat(result.halfLoadMillisP99()).isPositive();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void datagramsAreSentOrLostByTheKernelsCount(@TempDir Path folder) throws Exception {
        Result result =
                new IngestBench().run(load(Protocol.DOGSTATSD, MOMENT, Duration.ZERO, folder));
        assertThat(result.sent()).isPositive();
        assertThat(result.counted() + result.lost()).isEqualTo(result.sent());
        assertThat(result.accounted()).isTrue();
        assertThat(result.answerMillisP50()).isNull();
    }

    @Test
    void aServerThatEnds_isNamed(@TempDir Path folder) throws Exception {
        try (ServerProcess server = ServerProcess.start(folder)) {
            Thread killer = new Thread(server::kill);
            Load load = load(Protocol.OTLP_HTTP, Duration.ofMinutes(1), Duration.ZERO, folder);
            assertThatThrownBy(
                            () -> {
                                killer.start();
                                new IngestBench().run(load, server);
                            })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the server ended while it was measured")
                    .hasMessageContaining("exit code 137");
            killer.join();
        }
    }
}
