package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.yaml.Problem;

import org.junit.jupiter.api.Test;

import java.util.List;

class CompositeLintsTest {

    @Test
    void thresholdThatNoOutageReaches_isWarnedOf() {
        // 0.5 / 0.1 + 0.5 / 0.01
        assertThat(problems("Occurrences", "gt", "55"))
                .singleElement()
                .asString()
                .contains(
                        "can never fire: a total outage of all parts burns the shared budget at"
                                + " 55");
        assertThat(problems("Occurrences", "gte", "55.001")).hasSize(1);
    }

    @Test
    void thresholdThatOneIs_isNot() {
        assertThat(problems("Occurrences", "gte", "55")).isEmpty();
        assertThat(problems("Occurrences", "gt", "54.999")).isEmpty();
    }

    @Test
    void slices_burnByTheStrictestTarget() {
        assertThat(problems("Timeslices", "gt", "100")).hasSize(1);
        assertThat(problems("Timeslices", "gt", "99.9")).isEmpty();
    }

    @Test
    void exclusionThatMayMeanAJourney_isNotSaidToMeanNothing() {
        String exclusion =
                """
                ---
                apiVersion: sluice.dev/v1
                kind: Exclusion
                metadata: {name: window}
                spec:
                  reason: maintenance
                  appliesTo: {services: [shop]}
                  once: {start: 2026-01-11T01:00:00Z, end: 2026-01-11T01:45:00Z}
                """;
        String journey =
                """
                ---
                apiVersion: sluice.dev/v1
                kind: Journey
                metadata: {name: purchase}
                spec:
                  service: shop
                  steps:
                    - {name: browse, indicatorRef: errors}
                    - {name: buy, indicatorRef: errors}
                """;

        assertThat(Definitions.load(Definitions.SHOP + exclusion).problems())
                .singleElement()
                .asString()
                .contains("no SLO is meant");
        assertThat(Definitions.load(Definitions.SHOP + exclusion + journey).problems())
                .noneMatch(problem -> problem.toString().contains("no SLO is meant"));
    }

    private static List<Problem> problems(String method, String op, String threshold) {
        String slice =
                method.equals("Occurrences") ? "" : ", timeSliceWindow: 1m, timeSliceTarget: 0.9";
        String slo =
                """
                ---
                apiVersion: openslo/v1
                kind: SLO
                metadata: {name: both, labels: {tier: service}}
                spec:
                  service: shop
                  budgetingMethod: METHOD
                  timeWindow: [{duration: 30d, isRolling: true}]
                  objectives:
                    - {indicatorRef: errors, target: 0.9, compositeWeight: 0.5SLICE}
                    - {indicatorRef: errors, target: 0.99, compositeWeight: 0.5SLICE}
                  alertPolicies:
                    - kind: AlertPolicy
                      metadata: {name: own}
                      spec:
                        conditions:
                          - kind: AlertCondition
                            metadata: {name: fast}
                            spec:
                              severity: page
                              condition: {kind: burnrate, op: OP, threshold: THRESHOLD, lookbackWindow: 1h}
                        notificationTargets: [{kind: AlertNotificationTarget, metadata: {name: mail}, spec: {target: mail}}]
                """
                        .replace("METHOD", method)
                        .replace("SLICE", slice)
                        .replace("OP", op)
                        .replace("THRESHOLD", threshold);
        return Definitions.load(Definitions.SHOP + slo).problems().stream()
                .filter(problem -> problem.toString().contains("can never fire"))
                .toList();
    }
}
