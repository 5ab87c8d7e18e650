package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.yaml.Problem;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Random;

/** What is written is read back as it was, and says nothing else to anybody who reads YAML. */
class DefinitionWriterTest {

    @Property(tries = 100)
    void anySet_writtenAndReadBack_isEqual(@ForAll Random random) {
        DefinitionSet set = new ArbitraryModel(random).set();
        assertThatItIsReadBack(set);
    }

    @Test
    void theShopsSet_writtenAndReadBack_isEqual() {
        assertThatItIsReadBack(
                new DefinitionLoader()
                        .load(List.of(Definitions.SHIPPED))
                        .definitions()
                        .orElseThrow());
    }

    @Property(tries = 100)
    void oneCutover_writtenWithWhatItRefersTo_isASetByItself(@ForAll Random random) {
        DefinitionSet set = new ArbitraryModel(random).set();
        set.cutovers().values().forEach(cutover -> assertThatItStandsAlone(set, cutover));
    }

    @Test
    void theShopsCutovers_standAlone_andAreShort() {
        DefinitionSet set =
                new DefinitionLoader()
                        .load(List.of(Definitions.SHIPPED))
                        .definitions()
                        .orElseThrow();
        assertThat(set.cutovers()).hasSize(4);
        set.cutovers().values().forEach(cutover -> assertThatItStandsAlone(set, cutover));
        assertThat(DefinitionWriter.text(set, set.cutovers().values().iterator().next()))
                .hasSizeLessThan(DefinitionWriter.text(set).length() / 3);
    }

    private static void assertThatItStandsAlone(DefinitionSet set, Cutover cutover) {
        String text = DefinitionWriter.text(set, cutover);
        Loaded loaded = Definitions.load(text);
        assertThat(loaded.problems())
                .as(text)
                .noneMatch(p -> p.severity() == Problem.Severity.ERROR);
        assertThat(loaded.definitions().orElseThrow().cutovers())
                .as(text)
                .containsExactly(Map.entry(cutover.name(), cutover));
    }

    private static void assertThatItIsReadBack(DefinitionSet set) {
        String text = DefinitionWriter.text(set);
        Loaded loaded = Definitions.load(text);
        assertThat(loaded.problems())
                .as(text)
                .noneMatch(p -> p.severity() == Problem.Severity.ERROR);
        DefinitionSet read = loaded.definitions().orElseThrow();
        assertThat(withoutFiles(read)).as(text).isEqualTo(withoutFiles(set));
        assertThat(DefinitionWriter.text(read)).isEqualTo(text);
    }

    private static DefinitionSet withoutFiles(DefinitionSet set) {
        return new DefinitionSet(
                "",
                List.of(),
                set.services(),
                set.dataSources(),
                set.slis(),
                set.slos(),
                set.notificationTargets(),
                set.alertPolicies(),
                set.cutovers(),
                set.resultsTables(),
                set.exclusions(),
                set.journeys(),
                set.syntheticChecks(),
                set.migrations());
    }
}
