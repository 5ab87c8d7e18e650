package io.sluice.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.server.bench.Floors;
import io.sluice.server.bench.IngestBench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code sluice bench}: how fast the product is, here and now. */
@Command(
        name = "bench",
        description = "Measures this machine and this build.",
        mixinStandardHelpOptions = true,
        subcommands = BenchCommand.Ingest.class)
final class BenchCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return 2;
    }

    /** {@code sluice bench ingest}. */
    @Command(
            name = "ingest",
            description =
                    "Sends spans to a fresh server over loopback and measures it from outside. Every span"
                            + " that counts was answered, so it is on disk.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:answered equals counted", "1:it does not", "2:usage"})
    static final class Ingest implements Callable<Integer> {
        @Option(
                names = "--protocol",
                paramLabel = "otlp-http|otlp-grpc",
                converter = ProtocolConverter.class,
                defaultValue = "otlp-http",
                description = "default: ${DEFAULT-VALUE}")
        private IngestBench.Protocol protocol = IngestBench.Protocol.OTLP_HTTP;

        @Option(names = "--gzip", description = "send compressed bodies")
        private boolean gzip;

        @Option(
                names = "--spans-per-request",
                paramLabel = "N",
                defaultValue = "512",
                description = "default: ${DEFAULT-VALUE}")
        private int spansPerRequest;

        @Option(
                names = "--connections",
                paramLabel = "N",
                defaultValue = "8",
                description = "requests under way at once (default: ${DEFAULT-VALUE})")
        private int connections;

        @Option(
                names = "--warm-up",
                paramLabel = "DURATION",
                converter = DurationConverter.class,
                defaultValue = "10s",
                description = "not measured (default: ${DEFAULT-VALUE})")
        private Duration warmUp = Duration.ZERO;

        @Option(
                names = "--duration",
                paramLabel = "DURATION",
                converter = DurationConverter.class,
                defaultValue = "20s",
                description = "measured (default: ${DEFAULT-VALUE})")
        private Duration duration = Duration.ZERO;

        @Option(
                names = "--floors",
                paramLabel = "DURATION",
                converter = DurationConverter.class,
                defaultValue = "3s",
                description =
                        "how long each stage is measured by itself, 0s for not at all (default: ${DEFAULT-VALUE})")
        private Duration floors = Duration.ZERO;

        @Option(names = "--json", description = "print results[] as JSON")
        private boolean json;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            IngestBench.Result result =
                    new IngestBench()
                            .run(
                                    new IngestBench.Load(
                                            protocol,
                                            gzip,
                                            spansPerRequest,
                                            connections,
                                            warmUp,
                                            duration,
                                            floors));
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(
                        new ObjectMapper().writeValueAsString(Map.of("results", List.of(result))));
            } else {
                out.printf(
                        "%s%s, %d spans a request: %,.0f spans/s, %.2f µs CPU a span, answers p50 %.1f ms,"
                                + " p99 %.1f ms, %.0f MB resident, %d retries; answered %,d, counted %,d%n",
                        result.protocol(),
                        gzip ? " gzip" : "",
                        result.spansPerRequest(),
                        result.spansPerSecond(),
                        result.cpuMicrosPerSpan(),
                        result.answerMillisP50(),
                        result.answerMillisP99(),
                        result.memoryMegabytes(),
                        result.retries(),
                        result.sentSpans(),
                        result.countedSpans());
                for (Floors.Floor floor : result.floors()) {
                    out.printf(
                            "  %s alone: %,.0f spans/s, %.2f µs CPU a span%n",
                            floor.stage(), floor.spansPerSecond(), floor.cpuMicrosPerSpan());
                }
                if (!result.floors().isEmpty()) {
                    out.printf("  %.0f %% of the slowest stage%n", 100 * result.shareOfFloor());
                }
            }
            out.flush();
            return result.sentSpans() == result.countedSpans() ? 0 : 1;
        }
    }

    static final class ProtocolConverter
            implements picocli.CommandLine.ITypeConverter<IngestBench.Protocol> {
        @Override
        public IngestBench.Protocol convert(String text) {
            for (IngestBench.Protocol protocol : IngestBench.Protocol.values()) {
                if (protocol.toString().equals(text)) {
                    return protocol;
                }
            }
            throw new picocli.CommandLine.TypeConversionException(
                    "'%s' is not a protocol; expected otlp-http or otlp-grpc".formatted(text));
        }
    }
}
