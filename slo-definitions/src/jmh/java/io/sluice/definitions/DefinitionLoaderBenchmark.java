package io.sluice.definitions;

import io.sluice.definitions.model.SourceFile;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Loads and validates 5,000 SLOs in 500 files, each written as a person would: an inline indicator,
 * an inline alert policy, fifty lines. Texts are in memory, so the figure is the language's alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 8, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class DefinitionLoaderBenchmark {
    private static final int FILES = 500;
    private static final int SLOS_PER_FILE = 10;
    private static final int SERVICES = 50;

    private List<SourceFile> files = List.of();

    @Setup
    public void write() {
        List<SourceFile> written = new ArrayList<>();
        StringBuilder services = new StringBuilder();
        for (int i = 0; i < SERVICES; i++) {
            services.append(
                    """
                    ---
                    apiVersion: openslo/v1
                    kind: Service
                    metadata: {name: service-%d}
                    spec: {}
                    """
                            .formatted(i));
        }
        written.add(new SourceFile("services.yaml", services.toString()));
        for (int file = 0; file < FILES; file++) {
            StringBuilder slos = new StringBuilder();
            for (int i = 0; i < SLOS_PER_FILE; i++) {
                slos.append(slo(file * SLOS_PER_FILE + i));
            }
            written.add(new SourceFile("slos-" + file + ".yaml", slos.toString()));
        }
        files = List.copyOf(written);
    }

    private static String slo(int number) {
        return """
        ---
        # So many requests must not fail.
        apiVersion: openslo/v1
        kind: SLO
        metadata:
          name: slo-%1$d
          displayName: Objective %1$d
          labels:
            tier: service
            team: shop
        spec:
          description: Requests that do not fail.
          service: service-%2$d
          indicator:
            metadata:
              name: errors-%1$d
            spec:
              ratioMetric:
                bad:
                  metricSource:
                    type: spans
                    spec:
                      service: service-%2$d
                      kind: server
                      where:
                        - {attribute: http.response.status_code, atLeast: 500}
                total:
                  metricSource:
                    type: spans
                    spec:
                      service: service-%2$d
                      kind: server
                      groupBy: http.route
          budgetingMethod: Occurrences
          timeWindow:
            - duration: 28d
              isRolling: true
          objectives:
            - displayName: Good
              target: 0.999
          alertPolicies:
            - kind: AlertPolicy
              metadata: {name: page}
              spec:
                conditions:
                  - kind: AlertCondition
                    metadata: {name: fast}
                    spec: {severity: page, condition: {kind: burnrate, op: gt, threshold: 14.4, lookbackWindow: 1h}}
                notificationTargets:
                  - {kind: AlertNotificationTarget, metadata: {name: mail}, spec: {target: mail}}
        """
                .formatted(number, number % SERVICES);
    }

    /** Thread CPU time is wall time here: loading is one thread's work. */
    @Benchmark
    public Loaded load() {
        Loaded loaded = new DefinitionLoader().loadSources(files);
        if (loaded.definitions().isEmpty()) {
            throw new IllegalStateException(loaded.problems().getFirst().toString());
        }
        return loaded;
    }
}
