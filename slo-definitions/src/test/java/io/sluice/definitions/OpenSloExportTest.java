package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.yaml.Problem;

import org.junit.jupiter.api.Test;

import java.util.List;

/** What other OpenSLO tools are given. */
class OpenSloExportTest {
    private static final OpenSloExport.Export SHOP =
            OpenSloExport.of(
                    new DefinitionLoader()
                            .load(List.of(Definitions.SHIPPED))
                            .definitions()
                            .orElseThrow());

    @Test
    void everyObject_isOfOpenSlo() {
        assertThat(SHOP.text().lines().filter(line -> line.startsWith("apiVersion:")))
                .isNotEmpty()
                .containsOnly("apiVersion: openslo/v1");
    }

    @Test
    void whatIsOurs_isNamed() {
        assertThat(SHOP.leftOut())
                .contains("Cutover checkout", "Results shopflow")
                .anyMatch(line -> line.startsWith("SLO checkout-success: the default alerts"));
    }

    @Test
    void sluiceItself_readsItWithoutAWarning() {
        Loaded loaded = Definitions.load(SHOP.text());
        assertThat(loaded.problems())
                .filteredOn(p -> p.severity() != Problem.Severity.NOTE)
                .isEmpty();
        assertThat(loaded.definitions().orElseThrow().slos()).hasSize(18);
    }

    @Test
    void aDataSource_hasConnectionDetails() {
        String source =
                """
                apiVersion: openslo/v1
                kind: DataSource
                metadata: {name: prom}
                spec: {type: prometheus}
                """;
        OpenSloExport.Export export =
                OpenSloExport.of(Definitions.load(source).definitions().orElseThrow());
        assertThat(export.text()).contains("connectionDetails: {}");
    }
}
