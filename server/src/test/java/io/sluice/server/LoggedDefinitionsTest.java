package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

final class LoggedDefinitionsTest {
    private static final List<SourceFile> ONE = files("one");
    private static final List<SourceFile> OTHER = files("other");

    @Test
    void whatWasReadFromTheFolder_isNotReadAgain() {
        DefinitionSet read = new DefinitionLoader().loadSources(ONE).definitions().orElseThrow();
        assertThat(new LoggedDefinitions(Optional.of(read)).apply(files("one"))).isSameAs(read);
    }

    @Test
    void anotherSetIsRead_andIsTheLatestThen() {
        LoggedDefinitions logged = new LoggedDefinitions(Optional.empty());
        DefinitionSet one = logged.apply(ONE);
        assertThat(one.services()).containsOnlyKeys("one");
        DefinitionSet other = logged.apply(OTHER);
        assertThat(other.services()).containsOnlyKeys("other");
        assertThat(logged.apply(OTHER)).isSameAs(other);
        assertThat(logged.apply(ONE)).isEqualTo(one);
    }

    @Test
    void noFiles_areTheSetWithoutObjects() {
        DefinitionSet none =
                new DefinitionLoader().loadSources(List.of()).definitions().orElseThrow();
        assertThat(new LoggedDefinitions(Optional.empty()).apply(List.of())).isEqualTo(none);
    }

    @Test
    void whatIsNotValidAnyMore_isAnError() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                new LoggedDefinitions(Optional.empty())
                                        .apply(List.of(new SourceFile("a.yaml", "kind: SLO"))));
    }

    private static List<SourceFile> files(String service) {
        return List.of(
                new SourceFile(
                        "a.yaml",
                        """
                        apiVersion: openslo/v1
                        kind: Service
                        metadata: {name: %s}
                        spec: {description: any}
                        """
                                .formatted(service)));
    }
}
