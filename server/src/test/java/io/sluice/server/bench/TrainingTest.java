package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.Loaded;
import io.sluice.definitions.model.DefinitionSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

final class TrainingTest {
    /** A kind that the training does not read is read slowly at every start. */
    @Test
    void theTrainingHasEveryKindOfDefinition(@TempDir Path folder) throws Exception {
        Training.prepare(folder);
        Loaded loaded = new DefinitionLoader().load(List.of(folder.resolve("definitions")));
        assertThat(loaded.definitions()).as("%s", loaded.problems()).isPresent();
        for (RecordComponent component : DefinitionSet.class.getRecordComponents()) {
            // Servers that are asked by PromQL are none of the kinds that a training can reach.
            if (component.getType() == Map.class && !component.getName().equals("dataSources")) {
                assertThat((Map<?, ?>) component.getAccessor().invoke(loaded.definitions().get()))
                        .as(component.getName())
                        .isNotEmpty();
            }
        }
    }
}
