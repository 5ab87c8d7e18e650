package io.sluice.server.bench;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the measured server promises: a shop's usual handful of objectives, so that matching and
 * folding are real work.
 */
final class BenchDefinitions {
    private BenchDefinitions() {}

    /** Of what is not a span. */
    private static final String METRICS =
            """
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: orders-errors, labels: {tier: service}}
            spec:
              service: checkout
              indicator:
                metadata: {name: orders-requests}
                spec:
                  ratioMetric:
                    counter: true
                    good:
                      metricSource:
                        type: metrics
                        spec:
                          metric: WRITTEN
                          where: [{attribute: code, below: 500}]
                          groupBy: handler
                    total:
                      metricSource:
                        type: metrics
                        spec: {metric: WRITTEN, groupBy: handler}
              budgetingMethod: Occurrences
              timeWindow: [{duration: 28d, isRolling: true}]
              objectives: [{target: 0.999}]
            ---
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: placed-on-platform, labels: {tier: service}}
            spec:
              service: checkout
              indicator:
                metadata: {name: placed-requests}
                spec:
                  ratioMetric:
                    counter: true
                    good:
                      metricSource:
                        type: metrics
                        spec:
                          metric: COUNTER
                          where: [{attribute: side, equals: platform}]
                    total:
                      metricSource:
                        type: metrics
                        spec: {metric: COUNTER, breakdownBy: [region]}
              budgetingMethod: Occurrences
              timeWindow: [{duration: 28d, isRolling: true}]
              objectives: [{target: 0.1}]
            ---
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: completion-latency, labels: {tier: service}}
            spec:
              service: checkout
              indicator:
                metadata: {name: completion-duration}
                spec:
                  thresholdMetric:
                    metricSource: {type: metrics, spec: {metric: HISTOGRAM}}
              budgetingMethod: Occurrences
              timeWindow: [{duration: 28d, isRolling: true}]
              objectives: [{op: lte, value: 150, target: 0.9}]
            """
                    .replace("WRITTEN", WriteRequest.METRIC)
                    .replace("COUNTER", Datagram.COUNTER)
                    .replace("HISTOGRAM", Datagram.HISTOGRAM);

    /**
     * Whose SLIs ending with {@code -requests} count every span, every sample of a counter and
     * every DogStatsD counter that is sent.
     */
    static final String TEXT =
            Stream.concat(
                            Stream.of("catalog", "cart", "checkout", "auth")
                                    .map(BenchDefinitions::of),
                            Stream.of(METRICS))
                    .collect(Collectors.joining("---\n"));

    private static String of(String service) {
        return """
        apiVersion: openslo/v1
        kind: Service
        metadata: {name: SERVICE}
        spec: {description: measured}
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: SERVICE-errors, labels: {tier: service}}
        spec:
          service: SERVICE
          indicator:
            metadata: {name: SERVICE-requests}
            spec:
              ratioMetric:
                counter: true
                good:
                  metricSource:
                    type: spans
                    spec:
                      service: strangler-proxy
                      kind: server
                      where:
                        - {attribute: shop.service, equals: SERVICE}
                        - {attribute: http.response.status_code, below: 500}
                      groupBy: http.route
                total:
                  metricSource:
                    type: spans
                    spec:
                      service: strangler-proxy
                      kind: server
                      where:
                        - {attribute: shop.service, equals: SERVICE}
                      groupBy: http.route
                      breakdownBy: [shop.upstream.version, enduser.region, shop.side]
          budgetingMethod: Occurrences
          timeWindow: [{duration: 28d, isRolling: true}]
          objectives: [{target: 0.999}]
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: SERVICE-latency, labels: {tier: service}}
        spec:
          service: SERVICE
          indicator:
            metadata: {name: SERVICE-duration}
            spec:
              thresholdMetric:
                metricSource:
                  type: spans
                  spec:
                    service: strangler-proxy
                    kind: server
                    where:
                      - {attribute: shop.service, equals: SERVICE}
                      - {attribute: http.response.status_code, below: 500}
                    value: duration
                    unit: ms
                    groupBy: http.route
          budgetingMethod: Occurrences
          timeWindow: [{duration: 28d, isRolling: true}]
          objectives: [{op: lte, value: 150, target: 0.99}]
        """
                .replace("SERVICE", service);
    }
}
