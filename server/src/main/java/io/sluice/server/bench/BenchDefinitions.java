package io.sluice.server.bench;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the measured server promises: a shop's usual handful of objectives, so that matching and
 * folding are real work.
 */
final class BenchDefinitions {
    private BenchDefinitions() {}

    static final String TEXT =
            Stream.of("catalog", "cart", "checkout", "auth")
                    .map(BenchDefinitions::of)
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
