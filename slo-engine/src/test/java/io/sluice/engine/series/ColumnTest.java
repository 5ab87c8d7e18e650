package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class ColumnTest {
    /** Numbers of every width, also just beyond one. */
    private static long number(Random random) {
        long power = 1L << random.nextInt(62);
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(100);
            case 1 -> -power;
            case 2 -> power - 1;
            default -> power;
        };
    }

    @Property(tries = 500)
    void holdsWhatAListHolds(@ForAll Random random) {
        Column column = new Column(random.nextInt(4));
        List<Long> model = new ArrayList<>();
        for (int step = 0; step < 60; step++) {
            int at = random.nextInt(model.size() + 1);
            if (at == model.size() || random.nextInt(4) == 0) {
                column.insert(at, model.size());
                model.add(at, 0L);
            } else if (random.nextInt(30) == 0) {
                column.removeFirst(at, model.size());
                model.subList(0, at).clear();
            } else if (random.nextBoolean()) {
                long value = number(random);
                column.set(at, value);
                model.set(at, value);
            } else {
                column.add(at, 1);
                model.set(at, model.get(at) + 1);
            }
            for (int i = 0; i < model.size(); i++) {
                assertThat(column.get(i)).isEqualTo(model.get(i));
            }
            int from = random.nextInt(model.size() + 1);
            int to = from + random.nextInt(model.size() - from + 1);
            assertThat(column.sum(from, to))
                    .isEqualTo(model.subList(from, to).stream().mapToLong(n -> n).sum());
        }
    }
}
