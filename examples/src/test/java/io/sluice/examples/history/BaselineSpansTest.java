package io.sluice.examples.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.examples.shop.ShopService;
import io.sluice.examples.telemetry.ServiceIdentity;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The generated classes of {@code opentelemetry-proto} read what {@link ProtoWriter} wrote. */
class BaselineSpansTest {
    private static final Instant END = Instant.parse("2026-11-23T19:00:00Z");
    private static final BaselinePlan PLAN = new BaselinePlan(END, 28, 60_000, 42);

    @Test
    void spans_areWhatTheProxyWouldHaveTold() throws Exception {
        BaselineSpans.Body body = bodies(PLAN).getFirst();
        ExportTraceServiceRequest request =
                ExportTraceServiceRequest.parseFrom(body.request().toByteArray());
        assertThat(request.getUnknownFields().asMap()).isEmpty();
        assertThat(attributes(request.getResourceSpans(0).getResource().getAttributesList()))
                .containsEntry("service.name", "strangler-proxy")
                .containsEntry("service.namespace", "shopflow");
        for (Span span : spans(body)) {
            Map<String, String> attributes = attributes(span.getAttributesList());
            assertThat(attributes)
                    .containsOnlyKeys(
                            "http.request.method",
                            "http.route",
                            "http.response.status_code",
                            "shop.service",
                            "shop.side",
                            "shop.upstream.version",
                            "enduser.region")
                    .containsEntry("shop.side", "legacy");
            assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
            assertThat(span.getTraceId().size()).isEqualTo(16);
            assertThat(span.getSpanId().size()).isEqualTo(8);
            assertThat(span.getStartTimeUnixNano()).isLessThan(span.getEndTimeUnixNano());
            assertThat(span.getName())
                    .isEqualTo(
                            attributes.get("http.request.method")
                                    + " "
                                    + attributes.get("http.route"));
        }
    }

    @Test
    void counts_areExact_andNoSpanIsTheSameAsAnother() throws Exception {
        SpanCounts told = SpanCounts.NONE;
        Map<ShopService, Long> requests = new HashMap<>();
        Map<ShopService, Long> failures = new HashMap<>();
        Set<Object> ids = new HashSet<>();
        long earliest = END.minusSeconds(28L * 24 * 3600).toEpochMilli() * 1_000_000;
        for (BaselineSpans.Body body : bodies(PLAN)) {
            told = told.plus(body.counts());
            for (Span span : spans(body)) {
                Map<String, String> attributes = attributes(span.getAttributesList());
                ShopService service = ShopService.of(attributes.get("shop.service")).orElseThrow();
                requests.merge(service, 1L, Long::sum);
                if (Integer.parseInt(attributes.get("http.response.status_code")) >= 500) {
                    failures.merge(service, 1L, Long::sum);
                }
                ids.add(span.getSpanId());
                assertThat(span.getEndTimeUnixNano())
                        .isBetween(earliest, END.toEpochMilli() * 1_000_000);
            }
        }
        assertThat(told.requestsByService()).isEqualTo(requests);
        assertThat(told.failuresByService()).isEqualTo(failures);
        assertThat(told.requests()).isEqualTo(60_000);
        assertThat(ids).hasSize(60_000);
    }

    @Test
    void figures_areTheMonoliths() throws Exception {
        SpanCounts told = SpanCounts.NONE;
        List<Long> pageNanos = new ArrayList<>();
        for (BaselineSpans.Body body : bodies(PLAN)) {
            told = told.plus(body.counts());
            for (Span span : spans(body)) {
                if (span.getName().contains("/catalog")) {
                    pageNanos.add(span.getEndTimeUnixNano() - span.getStartTimeUnixNano());
                }
            }
        }
        assertThat((double) told.failures() / told.requests()).isCloseTo(0.008, within(0.001));
        pageNanos.sort(null);
        double p99Millis = pageNanos.get(pageNanos.size() * 99 / 100) / 1e6;
        assertThat(p99Millis).isCloseTo(3_200, within(200.0));
        long catalog = told.requests(ShopService.CATALOG);
        for (ShopService moving : List.of(ShopService.CART, ShopService.CHECKOUT)) {
            assertThat(told.requests(moving)).isCloseTo(catalog, within(catalog / 20));
        }
    }

    @Test
    void samePlan_isTheSameBytes() {
        byte[] first = bodies(PLAN).get(7).request().toByteArray();
        assertThat(bodies(PLAN).get(7).request().toByteArray()).isEqualTo(first);
        BaselinePlan other = new BaselinePlan(END, 28, 60_000, 43);
        assertThat(bodies(other).get(7).request().toByteArray()).isNotEqualTo(first);
    }

    private static List<BaselineSpans.Body> bodies(BaselinePlan plan) {
        BaselineSpans spans =
                new BaselineSpans(plan, new ServiceIdentity("strangler-proxy", "1.0"));
        return plan.hours().stream().flatMap(hour -> spans.bodies(hour).stream()).toList();
    }

    private static List<Span> spans(BaselineSpans.Body body) throws Exception {
        return ExportTraceServiceRequest.parseFrom(body.request().toByteArray())
                .getResourceSpans(0)
                .getScopeSpans(0)
                .getSpansList();
    }

    private static Map<String, String> attributes(List<KeyValue> list) {
        Map<String, String> attributes = new HashMap<>();
        for (KeyValue kv : list) {
            attributes.put(
                    kv.getKey(),
                    kv.getValue().hasIntValue()
                            ? Long.toString(kv.getValue().getIntValue())
                            : kv.getValue().getStringValue());
        }
        return attributes;
    }
}
