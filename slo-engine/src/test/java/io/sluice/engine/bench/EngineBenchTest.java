package io.sluice.engine.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

class EngineBenchTest {
    @TempDir private Path folder;

    @Test
    void everyFigureIsThereOnce_andNothingStays() throws IOException {
        List<EngineRow> rows = new ArrayList<>();
        new EngineBench(new EngineBench.Sizes(20, Duration.ofHours(3), List.of(1), 3, 1))
                .run(folder, rows::add);

        assertThat(rows).extracting(EngineRow::name).doesNotHaveDuplicates().hasSize(16);
        assertThat(rows)
                .filteredOn(
                        row -> !row.name().startsWith("heap") && !row.name().startsWith("budgets"))
                .allSatisfy(row -> assertThat(row.value()).isPositive().isFinite());
        assertThat(rows).extracting(EngineRow::unit).containsOnly("µs CPU", "ms CPU", "MB", "s");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }
}
