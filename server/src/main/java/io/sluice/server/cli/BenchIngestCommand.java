package io.sluice.server.cli;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.server.bench.Floors;
import io.sluice.server.bench.IngestBench;
import io.sluice.server.bench.Load;
import io.sluice.server.bench.Protocol;
import io.sluice.server.bench.Result;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code sluice bench ingest}. */
@Command(
        name = "ingest",
        description =
                "Sends to a fresh server over loopback and measures it from outside. Everything that counts was"
                        + " answered, so it is on disk; then the server must have counted all of it once.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all that was sent is accounted for",
            "1:it is not, or it could not be measured",
            "2:usage"
        })
final class BenchIngestCommand implements Callable<Integer> {
    private static final String ALL = "all";

    /** So few that what each request costs shows. */
    private static final int SMALL_REQUEST = 20;

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            converter = ProtocolsConverter.class,
            defaultValue = "otlp-http",
            description =
                    "otlp-http, otlp-grpc, otlp-json, remote-write, remote-write-2, dogstatsd, or all of them,"
                            + " plain and gzip, with large and small requests (default: ${DEFAULT-VALUE})")
    private Protocols protocols = new Protocols(List.of(Protocol.OTLP_HTTP), false);

    @Option(names = "--gzip", description = "send compressed bodies (OTLP protobuf only)")
    private boolean gzip;

    @Option(
            names = "--spans-per-request",
            paramLabel = "N",
            description = "for OTLP only; others send what is usual for them (default: 512)")
    private @Nullable Integer spansPerRequest;

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
            defaultValue = "30s",
            description =
                    "not measured; what is too short measures the JVM's compiler, most of all for gRPC"
                            + " (default: ${DEFAULT-VALUE})")
    private Duration warmUp = Duration.ZERO;

    @Option(
            names = "--duration",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            defaultValue = "20s",
            description =
                    "measured; then half as long at half the load, for its latency (default: ${DEFAULT-VALUE})")
    private Duration duration = Duration.ZERO;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "items due a second, whether or not earlier ones were answered; 0 for as many as are answered, or"
                            + " for datagrams as many as arrive (default: ${DEFAULT-VALUE})")
    private double rate;

    @Option(
            names = "--floors",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            defaultValue = "3s",
            description =
                    "how long each stage is measured by itself, 0s for not at all (default: ${DEFAULT-VALUE})")
    private Duration floors = Duration.ZERO;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "on which disk to measure; the server's data are removed afterwards (default: the system's"
                            + " folder for temporary files)")
    private @Nullable Path folder;

    @Option(names = "--json", description = "print results[] as JSON")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    /** What {@code --protocol} names. */
    record Protocols(List<Protocol> protocols, boolean all) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireUsable();
        PrintWriter out = spec.commandLine().getOut();
        List<Result> results = new ArrayList<>();
        for (Load load : loads()) {
            Result result;
            try {
                result = new IngestBench().run(load);
            } catch (IOException e) {
                spec.commandLine()
                        .getErr()
                        .println(
                                "sluice: "
                                        + load.protocol()
                                        + " could not be measured: "
                                        + e.getMessage());
                return 1;
            }
            results.add(result);
            if (!json) {
                print(result, out);
            }
        }
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(Map.of("results", results)));
            out.flush();
        }
        return results.stream().allMatch(Result::accounted) ? 0 : 1;
    }

    private void requireUsable() {
        require(connections > 0, "--connections is " + connections + "; expected at least 1");
        require(!duration.isZero(), "--duration is 0; expected more");
        require(rate >= 0, "--rate is " + rate + "; expected at least 0");
        require(
                spansPerRequest == null || spansPerRequest > 0,
                "--spans-per-request is " + spansPerRequest + "; expected at least 1");
        require(
                folder == null || Files.isDirectory(folder),
                "--folder is " + folder + "; expected a folder that is there");
        Protocol one = protocols.protocols.getFirst();
        require(
                protocols.all || !gzip || one.mayGzip(),
                "--gzip is for otlp-http and otlp-grpc; " + one + " has its own form");
        require(
                protocols.all || spansPerRequest == null || one.takesAnyNumber(),
                "--spans-per-request is for OTLP; " + one + " has its own number");
        require(
                !protocols.all || (!gzip && spansPerRequest == null && rate == 0),
                "--protocol all decides by itself; leave --gzip, --spans-per-request and --rate out");
    }

    private void require(boolean usable, String otherwise) {
        if (!usable) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private List<Load> loads() {
        List<Load> loads = new ArrayList<>();
        for (Protocol protocol : protocols.protocols) {
            int items = spansPerRequest == null ? Load.usualItems(protocol) : spansPerRequest;
            loads.add(load(protocol, gzip, items));
            if (protocols.all && protocol.mayGzip()) {
                loads.add(load(protocol, true, items));
            }
            if (protocols.all && protocol == Protocol.OTLP_HTTP) {
                loads.add(load(protocol, false, SMALL_REQUEST));
            }
        }
        return loads;
    }

    private Load load(Protocol protocol, boolean gzip, int items) {
        return new Load(
                protocol,
                gzip,
                items,
                connections,
                warmUp,
                duration,
                floors,
                rate,
                Optional.ofNullable(folder));
    }

    private static void print(Result result, PrintWriter out) {
        String items = result.item() + "s";
        out.printf(
                "%s%s, %,d %s a request: %,.0f %s/s, %.2f µs CPU a %s",
                result.protocol(),
                result.gzip() ? " gzip" : "",
                result.itemsPerRequest(),
                items,
                result.itemsPerSecond(),
                items,
                result.cpuMicrosPerItem(),
                result.item());
        Double values = result.valuesPerSecond();
        if (values != null) {
            out.printf(" (%,.0f values/s)", values);
        }
        Double p50 = result.answerMillisP50();
        Double p99 = result.answerMillisP99();
        if (p50 != null && p99 != null) {
            out.printf(", answers p50 %.1f ms, p99 %.1f ms", p50, p99);
        }
        out.printf(", %.0f MB resident%n", result.memoryMegabytes());
        Double half = result.halfLoadPerSecond();
        if (half != null) {
            out.printf(
                    "  at half load, %,.0f %s/s: answers p50 %.1f ms, p99 %.1f ms%n",
                    half, items, result.halfLoadMillisP50(), result.halfLoadMillisP99());
        }
        out.printf(
                "  sent %,d, lost %,d (%.2f %%), counted %,d, %d retries; the objectives counted %,d events of %,d%s%n",
                result.sent(),
                result.lost(),
                100.0 * result.lost() / result.sent(),
                result.counted(),
                result.retries(),
                result.events(),
                result.expectedEvents(),
                result.accounted() ? "" : ": NOT ALL IS ACCOUNTED FOR");
        for (Floors.Floor floor : result.floors()) {
            out.printf(
                    "  %s alone: %,.0f %s/s, %.2f µs CPU a %s%n",
                    floor.stage(),
                    floor.itemsPerSecond(),
                    items,
                    floor.cpuMicrosPerItem(),
                    result.item());
        }
        Double ofSlowest = result.shareOfFloor();
        Double ofAll = result.shareOfStages();
        if (ofSlowest != null && ofAll != null) {
            out.printf(
                    "  %.0f %% of the slowest stage, %.0f %% of all of them one after the other%n",
                    100 * ofSlowest, 100 * ofAll);
        }
        out.flush();
    }

    static final class ProtocolsConverter implements ITypeConverter<Protocols> {
        @Override
        public Protocols convert(String text) {
            if (text.equals(ALL)) {
                return new Protocols(List.of(Protocol.values()), true);
            }
            for (Protocol protocol : Protocol.values()) {
                if (protocol.toString().equals(text)) {
                    return new Protocols(List.of(protocol), false);
                }
            }
            throw new TypeConversionException(
                    "'%s' is not a protocol; expected one of %s, or %s"
                            .formatted(text, Protocol.labels(), ALL));
        }
    }
}
