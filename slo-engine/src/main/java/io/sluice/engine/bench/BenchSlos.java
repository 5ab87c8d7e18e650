package io.sluice.engine.bench;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** SLOs of services that are each asked by eight windows: the workbook's pairs, by default. */
final class BenchSlos {
    /** How an objective counts. */
    enum Method {
        OCCURRENCES("Occurrences", "{target: 0.999}"),
        TIMESLICES("Timeslices", "{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 1m}"),
        RATIO_TIMESLICES("RatioTimeslices", "{target: 0.999, timeSliceWindow: 1m}");

        private final String written;
        private final String objective;

        Method(String written, String objective) {
            this.written = written;
            this.objective = objective;
        }

        @Override
        public String toString() {
            return written;
        }
    }

    /** A file may have a megabyte. */
    private static final int SLOS_A_FILE = 500;

    private BenchSlos() {}

    /** One service, and one SLO of it, each; the names are {@code slo-0} and so on. */
    static DefinitionSet of(int slos, Method method) {
        return parse(
                IntStream.range(0, Math.ceilDiv(slos, SLOS_A_FILE))
                        .mapToObj(file -> file(file, slos, method))
                        .toList());
    }

    private static SourceFile file(int number, int slos, Method method) {
        int first = number * SLOS_A_FILE;
        return new SourceFile(
                "bench-" + number + ".yaml",
                IntStream.range(first, Math.min(slos, first + SLOS_A_FILE))
                        .mapToObj(slo -> slo(slo, method))
                        .collect(Collectors.joining("---\n")));
    }

    static DefinitionSet parse(List<SourceFile> files) {
        Loaded loaded = new DefinitionLoader().loadSources(files);
        return loaded.definitions()
                .orElseThrow(() -> new IllegalStateException(loaded.problems().toString()));
    }

    static String name(int slo) {
        return "slo-" + slo;
    }

    static String service(int slo) {
        return "service-" + slo;
    }

    private static String slo(int number, Method method) {
        return """
        apiVersion: openslo/v1
        kind: Service
        metadata: {name: SERVICE}
        spec: {description: measured}
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: NAME, labels: {tier: service}}
        spec:
          service: SERVICE
          indicator:
            metadata: {name: NAME-events}
            spec:
              ratioMetric:
                counter: true
                good:
                  metricSource:
                    type: spans
                    spec:
                      service: SERVICE
                      where: [{attribute: http.response.status_code, below: 500}]
                total:
                  metricSource: {type: spans, spec: {service: SERVICE}}
          budgetingMethod: METHOD
          timeWindow: [{duration: 30d, isRolling: true}]
          objectives: [OBJECTIVE]
        """
                .replace("SERVICE", service(number))
                .replace("NAME", name(number))
                .replace("METHOD", method.written)
                .replace("OBJECTIVE", method.objective);
    }
}
