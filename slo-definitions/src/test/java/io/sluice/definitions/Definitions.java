package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.definitions.yaml.Problem;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Loads definitions for tests. */
final class Definitions {
    /** The shipped files; tests run in the module's folder. */
    static final Path SHIPPED = Path.of("shopflow");

    /** What most test files refer to. */
    static final String SHOP =
            """
            apiVersion: openslo/v1
            kind: Service
            metadata: {name: shop}
            spec: {}
            ---
            apiVersion: openslo/v1
            kind: SLI
            metadata: {name: errors}
            spec:
              ratioMetric:
                bad: {metricSource: {type: spans, spec: {service: shop, where: [{attribute: code, atLeast: 500}]}}}
                total: {metricSource: {type: spans, spec: {service: shop}}}
            ---
            apiVersion: openslo/v1
            kind: SLI
            metadata: {name: latency}
            spec: {thresholdMetric: {metricSource: {type: spans, spec: {service: shop, unit: ms}}}}
            """;

    private Definitions() {}

    /** Loads texts as files {@code 0.yaml}, {@code 1.yaml} and so on. */
    static Loaded load(String... texts) {
        List<SourceFile> files =
                java.util.stream.IntStream.range(0, texts.length)
                        .mapToObj(i -> new SourceFile(i + ".yaml", texts[i]))
                        .toList();
        return new DefinitionLoader().loadSources(files);
    }

    /** Loads texts beside {@link #SHOP}, which must be right; notes are allowed. */
    static DefinitionSet valid(String... texts) {
        String[] all = Arrays.copyOf(texts, texts.length + 1);
        all[texts.length] = SHOP;
        Loaded loaded = load(all);
        assertThat(loaded.problems())
                .noneMatch(problem -> problem.severity() != Problem.Severity.NOTE);
        return loaded.definitions().orElseThrow();
    }

    /** An SLO of service shop, with more lines of its spec. */
    static String slo(String name, String spec) {
        return """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: %s, labels: {tier: service}}
        spec:
          service: shop
        """
                        .formatted(name)
                + spec.indent(2);
    }
}
