package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.sluice.collector.RandomOtlp;
import io.sluice.collector.ShuffledEncoding;
import io.sluice.collector.Summary;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.Op;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.RejectReason;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Names begin with the line of OTLP's conformance checklist that they prove. */
class LogsDecoderTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long HERE = RandomOtlp.NOW / SECOND / 10 * 10;

    private static final MeasurePlan CHECKOUTS =
            TestPlans.plan(
                    TestPlans.badOf(
                            TestPlans.events(
                                    "checkout", new Condition.Compare("status", Op.GTE, 500)),
                            TestPlans.events("checkout")));

    private static Extractor extractor(MeasurePlan plan) {
        return new Extractors(1 << 20, OtlpHttpReceiver.decoders()).compile(plan);
    }

    private static LogEntry entry(byte[] body) {
        return new LogEntry(
                LogsDecoder.KIND,
                "",
                false,
                RandomOtlp.NOW,
                LogEntry.Encoding.IDENTITY,
                Map.of(),
                body);
    }

    private static Extract extract(LogRecord.Builder... records) throws MalformedRequestException {
        ScopeLogs.Builder scope = ScopeLogs.newBuilder();
        Arrays.stream(records).forEach(scope::addLogRecords);
        return extractor(CHECKOUTS)
                .extract(
                        entry(
                                ExportLogsServiceRequest.newBuilder()
                                        .addResourceLogs(
                                                ResourceLogs.newBuilder()
                                                        .setResource(
                                                                io.opentelemetry.proto.resource.v1
                                                                        .Resource.newBuilder()
                                                                        .addAttributes(
                                                                                RandomOtlp
                                                                                        .attribute(
                                                                                                "status",
                                                                                                RandomOtlp
                                                                                                        .text(
                                                                                                                "503"))))
                                                        .addScopeLogs(scope))
                                        .build()
                                        .toByteArray()));
    }

    private static LogRecord.Builder checkout() {
        return LogRecord.newBuilder().setEventName("checkout").setTimeUnixNano(RandomOtlp.NOW);
    }

    private static Extract.Counted only(Extract extract) {
        assertThat(extract.counts()).hasSize(1);
        return extract.counts().getFirst();
    }

    @Property(tries = 3000)
    void anyEncoding_countsWhatTheGeneratedClassesCount(@ForAll long seed) throws Exception {
        RandomOtlp random = new RandomOtlp(seed);
        MeasurePlan plan = random.eventPlan();
        ExportLogsServiceRequest request = random.logs();

        Summary expected = new NaiveLogs(plan, RandomOtlp.NOW).extract(request);
        byte[] body = new ShuffledEncoding(seed).encode(request);
        Extract extract = extractor(plan).extract(entry(body));

        assertThat(Summary.of(extract)).isEqualTo(expected);
    }

    @Property(tries = 3000)
    void damagedBytes_areReadOrRefused_neverMore(@ForAll long seed) {
        RandomOtlp random = new RandomOtlp(seed);
        MeasurePlan plan = random.eventPlan();
        byte[] body = random.logs().toByteArray();
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
            assertThatThrownBy(() -> ExportLogsServiceRequest.parseFrom(cut))
                    .isInstanceOf(InvalidProtocolBufferException.class);
        }
    }

    @Test
    void aRecordsOwnAttributesComeBeforeItsResources() throws Exception {
        Extract extract =
                extract(
                        checkout(),
                        checkout()
                                .addAttributes(
                                        RandomOtlp.attribute("status", RandomOtlp.text("200"))));

        assertThat(only(extract).total()).isEqualTo(2);
        assertThat(only(extract).good()).isEqualTo(1);
    }

    @Test
    void aRecordCountsWhenItHappened_elseWhenItWasObserved_elseWhenItWasReceived()
            throws Exception {
        LogRecord.Builder happened =
                checkout()
                        .setTimeUnixNano(RandomOtlp.NOW - 20 * SECOND)
                        .setObservedTimeUnixNano(RandomOtlp.NOW);
        LogRecord.Builder observed =
                checkout()
                        .clearTimeUnixNano()
                        .setObservedTimeUnixNano(RandomOtlp.NOW - 40 * SECOND);

        assertThat(only(extract(happened)).bucket()).isEqualTo(HERE - 20);
        assertThat(only(extract(observed)).bucket()).isEqualTo(HERE - 40);
        assertThat(only(extract(checkout().clearTimeUnixNano())).bucket()).isEqualTo(HERE);
    }

    @Test
    void C19_recordsOfTheFutureOrOfLongAgo_areRefused_eachForItsReason() throws Exception {
        Extract extract =
                extract(
                        checkout().setTimeUnixNano(RandomOtlp.NOW + 601 * SECOND),
                        checkout(),
                        checkout().setTimeUnixNano(RandomOtlp.NOW - 49 * 3_600 * SECOND));

        assertThat(extract.accepted()).isEqualTo(1);
        assertThat(extract.rejected())
                .isEqualTo(Map.of(RejectReason.FUTURE, 1L, RejectReason.TOO_OLD, 1L));
    }

    @Test
    void olderSendersNameTheirEventInAnAttribute_aFieldGoesBeforeIt() throws Exception {
        LogRecord.Builder named =
                checkout()
                        .clearEventName()
                        .addAttributes(
                                RandomOtlp.attribute("event.name", RandomOtlp.text("checkout")));

        assertThat(only(extract(named)).total()).isEqualTo(1);
        assertThat(extract(named.setEventName("payment")).counts()).isEmpty();
    }

    @Test
    void C18_badEventsAreExemplified_byTheTraceTheyBelongTo_whichIsNoIdOfTheirs() throws Exception {
        ByteString traceId = ByteString.copyFromUtf8("0123456789abcdef");
        Extract extract =
                extract(
                        checkout().setTraceId(traceId),
                        checkout().setTraceId(ByteString.copyFrom(new byte[16])),
                        checkout().setTraceId(traceId.substring(1)));

        assertThat(extract.accepted()).isEqualTo(3);
        assertThat(extract.exemplars())
                .singleElement()
                .extracting(Extract.Exemplar::traceId)
                .isEqualTo("30313233343536373839616263646566");
    }

    @Test
    void aSeverityIsAskedForAsAnAttribute_andTheFieldWinsOverOneOfItsName() throws Exception {
        MeasurePlan errors =
                TestPlans.plan(
                        TestPlans.badOf(
                                TestPlans.events(
                                        "checkout",
                                        new Condition.Compare("severity_number", Op.GTE, 17)),
                                TestPlans.events("checkout")));
        ScopeLogs.Builder records =
                ScopeLogs.newBuilder()
                        .addLogRecords(checkout().setSeverityNumberValue(17))
                        .addLogRecords(checkout().setSeverityNumberValue(16))
                        .addLogRecords(checkout())
                        .addLogRecords(
                                checkout()
                                        .setSeverityNumberValue(9)
                                        .addAttributes(
                                                RandomOtlp.attribute(
                                                        "severity_number", RandomOtlp.text("21"))));
        byte[] body =
                ExportLogsServiceRequest.newBuilder()
                        .addResourceLogs(ResourceLogs.newBuilder().addScopeLogs(records))
                        .build()
                        .toByteArray();

        Extract.Counted counted = only(extractor(errors).extract(entry(body)));

        assertThat(counted.total()).isEqualTo(4);
        assertThat(counted.good()).isEqualTo(3);
    }

    @Test
    void judgingMeasures_doNotWantRecords_whichHaveNoValue() throws Exception {
        MeasurePlan plan =
                TestPlans.plan(
                        TestPlans.judged(
                                TestPlans.events("checkout"),
                                io.sluice.definitions.model.Indicator.Unit.NONE,
                                Op.LTE,
                                1));
        byte[] body = OtlpGrpcReceiverTest.logs("checkout").toByteArray();

        assertThat(extractor(plan).extract(entry(body)))
                .satisfies(
                        extract -> {
                            assertThat(extract.accepted()).isEqualTo(1);
                            assertThat(extract.counts()).isEqualTo(List.of());
                        });
    }
}
