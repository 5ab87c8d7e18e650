package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.sluice.collector.RandomOtlp;
import io.sluice.collector.ShuffledEncoding;
import io.sluice.collector.Summary;
import io.sluice.collector.extract.Extractors;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;

class MetricsDecoderTest {

    private static Extractor extractor(MeasurePlan plan) {
        return new Extractors(1 << 20, OtlpHttpReceiver.decoders()).compile(plan);
    }

    private static LogEntry entry(byte[] body) {
        return new LogEntry(
                MetricsDecoder.KIND,
                "",
                false,
                RandomOtlp.NOW,
                LogEntry.Encoding.IDENTITY,
                Map.of(),
                body);
    }

    @Property(tries = 3000)
    void anyEncoding_countsWhatTheGeneratedClassesCount(@ForAll long seed) throws Exception {
        RandomOtlp random = new RandomOtlp(seed);
        MeasurePlan plan = random.metricPlan();
        ExportMetricsServiceRequest request = random.metrics();

        Summary expected = new NaiveMetrics(plan, RandomOtlp.NOW).extract(request);
        byte[] body = new ShuffledEncoding(seed).encode(request);
        Extract extract = extractor(plan).extract(entry(body));

        assertThat(Summary.of(extract)).isEqualTo(expected);
    }

    @Property(tries = 3000)
    void damagedBytes_areReadOrRefused_neverMore(@ForAll long seed) {
        RandomOtlp random = new RandomOtlp(seed);
        MeasurePlan plan = random.metricPlan();
        byte[] body = random.metrics().toByteArray();
        if (body.length == 0) {
            return;
        }
        Random damage = new Random(seed);
        for (int i = damage.nextInt(4); i > 0; i--) {
            body[damage.nextInt(body.length)] = (byte) damage.nextInt();
        }
        byte[] cut = Arrays.copyOf(body, body.length - damage.nextInt(body.length));
        try {
            assertThat(extractor(plan).extract(entry(cut)).accepted()).isNotNegative();
        } catch (MalformedRequestException e) {
            assertThat(e).hasMessageContaining("byte ");
            assertThatThrownBy(() -> ExportMetricsServiceRequest.parseFrom(cut))
                    .isInstanceOf(InvalidProtocolBufferException.class);
        }
    }
}
