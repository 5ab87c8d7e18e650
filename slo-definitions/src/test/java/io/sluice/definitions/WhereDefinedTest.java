package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.DefinitionSet;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

class WhereDefinedTest {
    private static final String CART =
            """
            # Of the cart.
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: cart}
            spec:
              service: shop
              indicatorRef: errors
              budgetingMethod: Occurrences
              timeWindow: [{duration: 28d, isRolling: true}]
              objectives: [{target: 0.99}]
            """;

    @Test
    void object_isFoundByKindAndName_whereItBegins() {
        DefinitionSet set =
                Definitions.load(Definitions.SHOP, CART.replace("cart", "cart-too"), CART)
                        .definitions()
                        .orElseThrow();

        assertThat(WhereDefined.of(set, "SLO", "cart"))
                .contains(new WhereDefined.Place("2.yaml", 2));
        assertThat(WhereDefined.of(set, "SLI", "latency"))
                .contains(new WhereDefined.Place("0.yaml", 14));
        assertThat(WhereDefined.of(set, "SLO", "latency")).isEmpty();
        assertThat(WhereDefined.of(set, "SLO", "nothing")).isEmpty();
    }

    @Test
    void everyShippedObject_isFound() {
        DefinitionSet set =
                new DefinitionLoader()
                        .load(List.of(Definitions.SHIPPED))
                        .definitions()
                        .orElseThrow();

        assertFound(set, "SLO", set.slos().keySet());
        assertFound(set, "Cutover", set.cutovers().keySet());
        assertFound(set, "Journey", set.journeys().keySet());
    }

    private static void assertFound(DefinitionSet set, String kind, Set<String> names) {
        assertThat(names)
                .allSatisfy(
                        name -> {
                            WhereDefined.Place place =
                                    WhereDefined.of(set, kind, name).orElseThrow();
                            String text =
                                    set.files().stream()
                                            .filter(file -> file.path().equals(place.file()))
                                            .findFirst()
                                            .orElseThrow()
                                            .text()
                                            .lines()
                                            .skip(place.line() - 1L)
                                            .limit(8)
                                            .reduce("", (all, line) -> all + line + "\n");
                            assertThat(text).contains("kind: " + kind, "name: " + name);
                        });
    }
}
