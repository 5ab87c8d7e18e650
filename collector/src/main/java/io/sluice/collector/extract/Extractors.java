package io.sluice.collector.extract;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;

import io.sluice.collector.match.Matchers;
import io.sluice.collector.wire.Decompressor;
import io.sluice.collector.wire.HeldBytes;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes extractors that know the bodies of all the given decoders. Thread-safe. */
public final class Extractors implements Extractor.Factory {

    /**
     * How many bytes a body may have when it is decompressed, unless configured: OTLP's own
     * default.
     */
    public static final int DEFAULT_MAX_BODY_BYTES = 64 << 20;

    private final int maxBodyBytes;
    private final Map<String, Decoder> decoders;
    private final HeldBytes held = new HeldBytes();

    /**
     * @param maxBodyBytes how many bytes a body may have when it is decompressed
     * @param decoders one per kind of log entry
     */
    public Extractors(int maxBodyBytes, List<Decoder> decoders) {
        this.maxBodyBytes = maxBodyBytes;
        this.decoders =
                decoders.stream()
                        .collect(Collectors.toUnmodifiableMap(Decoder::kind, Function.identity()));
    }

    /** For bodies of the size that may be extracted. */
    public Decompressor decompressor() {
        return new Decompressor(maxBodyBytes);
    }

    /** What extracting holds for bodies at present. */
    public HeldBytes held() {
        return held;
    }

    /** Reads single events of a plan's measures, for one thread at a time. */
    public EventReader reader(MeasurePlan plan, EventListener listener) {
        return new EventReader(
                decoders, new Accumulator(Matchers.compile(plan), listener), decompressor());
    }

    @Override
    public Extractor compile(MeasurePlan plan) {
        return new PlanExtractor(Matchers.compile(plan));
    }

    private final class PlanExtractor implements Extractor {

        /** More requests than this at a time make workspaces that are thrown away again. */
        private static final int KEPT_WORKSPACES_PER_CPU = 2;

        private final Matchers matchers;

        // Not thread locals: each request has a virtual thread of its own.
        private final ArrayBlockingQueue<Workspace> idle =
                new ArrayBlockingQueue<>(
                        KEPT_WORKSPACES_PER_CPU * Runtime.getRuntime().availableProcessors());

        PlanExtractor(Matchers matchers) {
            this.matchers = matchers;
        }

        @Override
        public Extract extract(LogEntry entry) throws MalformedRequestException {
            Decoder decoder = decoders.get(entry.kind());
            if (decoder == null) {
                throw new MalformedRequestException(
                        RejectReason.UNSUPPORTED,
                        "nothing here reads entries of kind " + entry.kind());
            }
            Workspace workspace = idle.poll();
            if (workspace == null) {
                workspace =
                        new Workspace(
                                new Accumulator(matchers), new Decompressor(maxBodyBytes, held));
            }
            try {
                return workspace.extract(entry, decoder);
            } finally {
                workspace.decompressor.rest();
                idle.offer(workspace); // if there are enough, this one is garbage
            }
        }
    }

    /** What one extraction at a time works with. */
    private record Workspace(Accumulator accumulator, Decompressor decompressor) {

        Extract extract(LogEntry entry, Decoder decoder) throws MalformedRequestException {
            byte[] body = decompressor.read(entry.encoding(), entry.body());
            int length = decompressor.length();
            accumulator.begin(entry);
            decoder.decode(entry, body, length, accumulator);
            return accumulator.finish(
                    decoder.repeats() ? identity(entry, body, length) : null, decoder.signal());
        }

        /**
         * XXH3, not a cryptographic digest: whoever can make two bodies collide can only have its
         * own second one taken for a repeat. It reads 10 GB/s where SHA-256 reads one or two.
         */
        private static Extract.@Nullable Identity identity(
                LogEntry entry, byte[] body, int length) {
            HashValue128 digest = Hashing.xxh3_128().hashBytesTo128Bits(body, 0, length);
            byte[] sender = (entry.kind() + '\n' + entry.source()).getBytes(StandardCharsets.UTF_8);
            HashValue128 salt = Hashing.xxh3_128().hashBytesTo128Bits(sender);
            return new Extract.Identity(
                    digest.getMostSignificantBits() + salt.getMostSignificantBits(),
                    digest.getLeastSignificantBits() + salt.getLeastSignificantBits());
        }
    }
}
