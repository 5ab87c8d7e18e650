package io.sluice.engine.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs a program that prints rising numbers, one a line, and kills it without a warning. */
public final class KilledProcess {
    private KilledProcess() {}

    /**
     * Runs a class of the test class path until it has printed a number that is at least this.
     *
     * @return the last number that it printed before it died
     */
    public static long run(Class<?> program, Path argument, long atLeast) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command =
                Stream.of(
                                java,
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                program.getName(),
                                argument)
                        .map(Object::toString)
                        .toList();
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        long last = 0;
        try (BufferedReader numbers = process.inputReader()) {
            for (String line = numbers.readLine(); line != null; line = numbers.readLine()) {
                last = Long.parseLong(line);
                if (last >= atLeast) {
                    // By its handle: what it still printed is read to the end.
                    process.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(last)
                .as("it was killed at work, it did not end")
                .isGreaterThanOrEqualTo(atLeast);
        return last;
    }
}
