package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.dogstatsd.DogStatsdReceiver;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.otlp.OtlpHttpReceiver;
import io.sluice.collector.remotewrite.RemoteWrite;
import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MeasurePlan;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** What the bench sends is what the receivers read, all of it, and never the same twice. */
final class RequestsTest {
    private static final long NOW = 1_767_225_605_000_000_000L;

    private final AtomicLong sequence = new AtomicLong();
    private final Stamps stamps = new Stamps(sequence::incrementAndGet, () -> NOW);
    private final Extractor extractor = extractor();

    private static Extractor extractor() {
        return extractor(
                BenchDefinitions.TEXT,
                Stream.of(
                                OtlpHttpReceiver.decoders(),
                                RemoteWrite.decoders(),
                                DogStatsdReceiver.decoders())
                        .flatMap(List::stream)
                        .toList());
    }

    static Extractor extractor(String definitions, List<Decoder> decoders) {
        return new Extractors(Extractors.DEFAULT_MAX_BODY_BYTES, decoders)
                .compile(
                        MeasurePlan.compile(
                                new DefinitionLoader()
                                        .loadSources(
                                                List.of(new SourceFile("bench.yaml", definitions)))
                                        .definitions()
                                        .orElseThrow()));
    }

    private static Load load(Protocol protocol, boolean gzip) {
        return new Load(
                protocol,
                gzip,
                Load.usualItems(protocol),
                1,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                0,
                Optional.empty());
    }

    private Extract extract(Protocol protocol, Encoding encoding, byte[] body) throws Exception {
        return extractor.extract(
                new LogEntry(protocol.kind(), "", false, NOW, encoding, Map.of(), body));
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(names = "DOGSTATSD", mode = EnumSource.Mode.EXCLUDE)
    void everyItemIsAccepted_andNoRequestIsARepeat(Protocol protocol) throws Exception {
        Requests requests = protocol.requests(load(protocol, false), stamps);
        Encoding encoding = protocol.item().equals("sample") ? Encoding.SNAPPY : Encoding.IDENTITY;
        Set<Extract.Identity> seen = new HashSet<>();
        // More than the instances of a remote write, so that they come again.
        for (int i = 0; i < 120; i++) {
            Extract extract = extract(protocol, encoding, bytes(requests.next()));
            assertThat(extract.accepted()).isEqualTo(requests.items());
            assertThat(extract.rejectedItems()).isZero();
            assertThat(seen.add(extract.identity())).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OTLP_HTTP", "OTLP_GRPC"})
    void gzippedOnes_too(Protocol protocol) throws Exception {
        Requests requests = protocol.requests(load(protocol, true), stamps);
        Extract first = extract(protocol, Encoding.GZIP, bytes(requests.next()));
        Extract second = extract(protocol, Encoding.GZIP, bytes(requests.next()));
        assertThat(first.accepted()).isEqualTo(requests.items());
        assertThat(second.accepted()).isEqualTo(requests.items());
        assertThat(first.identity()).isNotEqualTo(second.identity());
    }

    @Test
    void protobufAndJson_tellTheSame() throws Exception {
        Extract protobuf =
                extract(
                        Protocol.OTLP_HTTP,
                        Encoding.IDENTITY,
                        bytes(Requests.spans(512, stamps).next()));
        Extract json =
                extract(
                        Protocol.OTLP_JSON,
                        Encoding.IDENTITY,
                        bytes(Requests.jsonSpans(512, stamps).next()));
        assertThat(json.counts()).isNotEmpty().isEqualTo(protobuf.counts());
    }

    @Test
    void aDatagramIsAsLongAsClientsMakeThem_andAllOfItsMessagesAreRead() throws Exception {
        Datagram datagram = new Datagram();
        assertThat(datagram.direct().remaining()).isEqualTo(1_400);
        Extract extract = extract(Protocol.DOGSTATSD, Encoding.IDENTITY, datagram.batch(3));
        assertThat(extract.accepted()).isEqualTo(3L * datagram.messages());
        assertThat(extract.rejectedItems()).isZero();
    }
}
