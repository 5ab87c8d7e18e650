package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import io.sluice.collector.RandomOtlp;
import io.sluice.collector.ShuffledEncoding;
import io.sluice.collector.Summary;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.definitions.model.Condition;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Random;

class TracesDecoderTest {

    private static Extractor extractor(MeasurePlan plan) {
        return new Extractors(1 << 20, List.of(new TracesDecoder())).compile(plan);
    }

    private static LogEntry entry(byte[] body, boolean backfill) {
        return new LogEntry(
                TracesDecoder.KIND,
                "",
                backfill,
                RandomOtlp.NOW,
                LogEntry.Encoding.IDENTITY,
                Map.of(),
                body);
    }

    @Property(tries = 3000)
    void anyEncoding_countsWhatTheGeneratedClassesCount(@ForAll long seed, @ForAll boolean backfill)
            throws Exception {
        RandomOtlp random = new RandomOtlp(seed);
        MeasurePlan plan = random.spanPlan();
        ExportTraceServiceRequest request = random.traces();
        byte[] body = new ShuffledEncoding(seed).encode(request);
        assertThat(ExportTraceServiceRequest.parseFrom(body).getResourceSpansCount())
                .isEqualTo(request.getResourceSpansCount());

        Summary expected = new NaiveTraces(plan, RandomOtlp.NOW, backfill).extract(request);
        Extract extract = extractor(plan).extract(entry(body, backfill));

        assertThat(Summary.of(extract)).isEqualTo(expected);
        assertThat(extract.sent())
                .isEqualTo(
                        request.getResourceSpansList().stream()
                                .flatMap(resource -> resource.getScopeSpansList().stream())
                                .mapToLong(scope -> scope.getSpansCount())
                                .sum());
    }

    @Property(tries = 500)
    void oneExtractorForManyRequests_leavesNothingFromOneToTheNext(@ForAll long seed)
            throws Exception {
        RandomOtlp random = new RandomOtlp(seed);
        MeasurePlan plan = random.spanPlan();
        Extractor extractor = extractor(plan);
        for (int i = 0; i < 5; i++) {
            ExportTraceServiceRequest request = random.traces();
            Extract extract = extractor.extract(entry(request.toByteArray(), false));
            assertThat(Summary.of(extract))
                    .isEqualTo(new NaiveTraces(plan, RandomOtlp.NOW, false).extract(request));
        }
    }

    @Property(tries = 5000)
    void damagedBytes_areReadOrRefused_neverMore(@ForAll long seed) {
        RandomOtlp random = new RandomOtlp(seed);
        MeasurePlan plan = random.spanPlan();
        byte[] body = random.traces().toByteArray();
        Random damage = new Random(seed);
        if (body.length == 0) {
            return;
        }
        for (int i = damage.nextInt(4); i > 0; i--) {
            body[damage.nextInt(body.length)] = (byte) damage.nextInt();
        }
        byte[] cut = java.util.Arrays.copyOf(body, body.length - damage.nextInt(body.length));
        Extractor extractor = extractor(plan);
        try {
            Extract extract = extractor.extract(entry(cut, false));
            assertThat(extract.accepted()).isNotNegative();
        } catch (MalformedRequestException e) {
            // Whatever we cannot read, the generated classes cannot read either, but for their
            // deeper nesting.
            assertThat(e).hasMessageContaining("byte ");
            assertThatThrownBy(() -> ExportTraceServiceRequest.parseFrom(cut))
                    .isInstanceOf(InvalidProtocolBufferException.class);
        }
    }

    @Test
    void aStatusIsAskedForAsAnAttribute_andTheFieldWinsOverOneOfItsName() throws Exception {
        MeasurePlan failures =
                TestPlans.plan(
                        TestPlans.goodOf(
                                TestPlans.spans(
                                        "cart",
                                        new Condition.NotIn("otel.status_code", List.of("ERROR"))),
                                TestPlans.spans("cart")));
        Span span = OtlpHttpReceiverTest.span(1);
        Span.Builder failedSaysItsAttribute =
                span.toBuilder()
                        .addAttributes(
                                RandomOtlp.attribute("otel.status_code", RandomOtlp.text("ERROR")));
        ExportTraceServiceRequest request =
                OtlpHttpReceiverTest.request(
                        span,
                        span.toBuilder().setStatus(status(StatusCode.STATUS_CODE_OK)).build(),
                        span.toBuilder().setStatus(status(StatusCode.STATUS_CODE_ERROR)).build(),
                        failedSaysItsAttribute.build(),
                        failedSaysItsAttribute
                                .setStatus(status(StatusCode.STATUS_CODE_OK))
                                .build());

        Extract extract = extractor(failures).extract(entry(request.toByteArray(), false));

        assertThat(extract.counts())
                .singleElement()
                .satisfies(
                        counted -> {
                            assertThat(counted.total()).isEqualTo(5);
                            assertThat(counted.good()).isEqualTo(3);
                        });
    }

    private static Status status(StatusCode code) {
        return Status.newBuilder().setMessage("why").setCode(code).build();
    }
}
