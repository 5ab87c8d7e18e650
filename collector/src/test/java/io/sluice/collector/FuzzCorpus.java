package io.sluice.collector;

import org.junit.jupiter.api.DynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The inputs that a fuzz target begins with, which are tests in every build: written by our own
 * generators, found by the fuzzer from there, and whatever once broke something.
 */
public final class FuzzCorpus {

    private static final Path ROOT = Path.of("src", "test", "fuzz");

    private FuzzCorpus() {}

    /**
     * A test for each input.
     *
     * @param target the class that the fuzzer runs, too
     */
    public static Stream<DynamicTest> tests(Class<?> target, Consumer<byte[]> run) {
        Path folder = ROOT.resolve(target.getName().substring("io.sluice.collector.".length()));
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream()
                    .map(
                            file ->
                                    DynamicTest.dynamicTest(
                                            file.getFileName().toString(),
                                            () -> run.accept(Files.readAllBytes(file))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
