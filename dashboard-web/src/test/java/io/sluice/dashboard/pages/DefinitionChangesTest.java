package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.Service;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;

final class DefinitionChangesTest {
    private static final Instant START = Instant.parse("2026-02-14T09:00:00Z");

    @Test
    void whatIsNewElseOrGone_isNamedByKind_newestFirst() {
        DefinitionChanges changes = new DefinitionChanges(set("1", "", "cart", "auth"), START);
        changes.look(set("1", "", "cart", "auth"), START.plusSeconds(1));
        assertThat(changes.all()).isEmpty();
        assertThat(changes.since()).isEqualTo(START);

        changes.look(set("2", "", "cart", "search"), START.plusSeconds(10));
        changes.look(set("3", "else", "cart", "search"), START.plusSeconds(20));

        assertThat(changes.since()).isEqualTo(START.plusSeconds(20));
        assertThat(changes.all())
                .containsExactly(
                        new DefinitionChanges.Change(
                                START.plusSeconds(20),
                                List.of(),
                                List.of("results table shop"),
                                List.of()),
                        new DefinitionChanges.Change(
                                START.plusSeconds(10),
                                List.of("service search"),
                                List.of(),
                                List.of("service auth")));
    }

    @Test
    void onlyTheNewest_areKept() {
        DefinitionChanges changes = new DefinitionChanges(set("0", "", "a", "b"), START);
        for (int i = 1; i <= 50; i++) {
            changes.look(set("" + i, "" + i, "a", "b"), START.plusSeconds(i));
        }
        assertThat(changes.all()).hasSize(20);
        assertThat(changes.all().getFirst().at()).isEqualTo(START.plusSeconds(50));
    }

    private static DefinitionSet set(String digest, String title, String one, String two) {
        return new DefinitionSet(
                digest,
                List.of(),
                Map.of(one, service(one), two, service(two)),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(
                        "shop",
                        new ResultsTable(
                                new Metadata("shop", title, Map.of(), Map.of()),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of())),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static Service service(String name) {
        return new Service(new Metadata(name, name, Map.of(), Map.of()), "");
    }
}
