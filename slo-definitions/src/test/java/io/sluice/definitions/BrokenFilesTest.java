package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Golden table: every file under {@code broken}, and beside it, with the ending {@code .problems},
 * all that is wrong with it.
 */
class BrokenFilesTest {
    private static final Path FILES = Path.of("src/test/resources/broken");
    private static final String ENDING = ".problems";

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(FILES)) {
            return all.filter(path -> !path.toString().endsWith(ENDING)).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyProblem_isToldAtItsPlace(Path file) throws IOException {
        Loaded loaded = new DefinitionLoader().load(List.of(file));

        List<String> expected =
                Files.readAllLines(file.resolveSibling(file.getFileName() + ENDING));
        assertThat(loaded.problems())
                .extracting(problem -> problem.toString().replace(file + ":", ""))
                .containsExactlyElementsOf(expected);
        assertThat(loaded.valid())
                .isEqualTo(expected.stream().noneMatch(line -> line.contains(": error: ")));
    }
}
