package io.sluice.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Golden table: every file under {@code broken}, and beside it, with the ending {@code .problems},
 * all that is wrong with it. Each is loaded as the only file of a folder.
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
    void everyProblem_isToldAtItsPlace(Path file, @TempDir Path folder) throws IOException {
        Path copy = Files.copy(file, folder.resolve(file.getFileName()));
        Loaded loaded = new DefinitionLoader().load(List.of(folder));

        List<String> expected =
                Files.readAllLines(file.resolveSibling(file.getFileName() + ENDING));
        assertThat(loaded.problems())
                .extracting(problem -> problem.toString().replace(copy + ":", ""))
                .containsExactlyElementsOf(expected);
        assertThat(loaded.valid())
                .isEqualTo(expected.stream().noneMatch(line -> line.contains(": error: ")));
    }
}
