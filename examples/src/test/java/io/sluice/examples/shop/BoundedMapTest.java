package io.sluice.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BoundedMapTest {
    @Test
    void oldestEntry_goesFirst() {
        BoundedMap<Integer> map = new BoundedMap<>(2);
        map.findOrCreate("a", k -> 1);
        map.findOrCreate("b", k -> 2);
        map.remove("a", 1);
        map.findOrCreate("c", k -> 3);
        map.findOrCreate("d", k -> 4);
        assertThat(map.find("b")).isEmpty();
        assertThat(map.find("c")).contains(3);
        assertThat(map.find("d")).contains(4);
    }

    @Test
    void existingEntry_isNotMadeAnew() {
        BoundedMap<Integer> map = new BoundedMap<>(2);
        assertThat(map.findOrCreate("a", k -> 1)).isEqualTo(1);
        assertThat(map.findOrCreate("a", k -> 2)).isEqualTo(1);
        assertThat(map.update("a", v -> v + 1)).contains(2);
        assertThat(map.update("z", v -> v + 1)).isEmpty();
    }
}
