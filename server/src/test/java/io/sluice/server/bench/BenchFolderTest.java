package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

final class BenchFolderTest {
    @Test
    void whatFails_isTold_andItsFilesAreGone(@TempDir Path parent) {
        assertThatThrownBy(
                        () -> {
                            try (BenchFolder folder = BenchFolder.createIn(parent)) {
                                Path log = Files.createDirectories(folder.path().resolve("data"));
                                Files.writeString(log.resolve("sluice.db"), "half of it");
                                throw new IOException("the disk is full");
                            }
                        })
                .isInstanceOf(IOException.class)
                .hasMessage("the disk is full")
                .hasNoSuppressedExceptions();
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void whatAKilledOneLeft_goesWithTheNext_andNothingElse(@TempDir Path parent) throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Path left = Files.createDirectory(parent.resolve("sluice-bench-" + gone.pid() + "-7"));
        Files.writeString(Files.createDirectory(left.resolve("data")).resolve("sluice.db"), "x");
        Path other = Files.createDirectory(parent.resolve("sluice-bench-report"));
        try (BenchFolder running = BenchFolder.createIn(parent);
                BenchFolder next = BenchFolder.createIn(parent)) {
            assertThat(parent)
                    .isDirectoryContaining(other::equals)
                    .isDirectoryContaining(running.path()::equals)
                    .isDirectoryContaining(next.path()::equals);
            assertThat(left).doesNotExist();
        }
        assertThat(parent.toFile().list()).containsExactly("sluice-bench-report");
    }

    @Test
    void oneThatIsToldToEnd_leavesNothing_andSaysNothing(@TempDir Path parent, @TempDir Path beside)
            throws Exception {
        Path problems = Files.createFile(beside.resolve("problems.txt"));
        Process bench =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Bench.class.getName(),
                                parent.toString())
                        .redirectError(problems.toFile())
                        .start();
        try (BufferedReader out = bench.inputReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
            assertThat(parent).isNotEmptyDirectory();

            bench.destroy();

            assertThat(bench.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            bench.destroyForcibly();
        }
        assertThat(parent).isEmptyDirectory();
        assertThat(problems).isEmptyFile();
    }

    /** Writes into a folder, and then measures until it is told to end. */
    static final class Bench {
        static void main(String[] args) throws Exception {
            try (BenchFolder folder = BenchFolder.createIn(Path.of(args[0]))) {
                Files.writeString(folder.path().resolve("sluice.db"), "half of it");
                IO.println("ready");
                new CountDownLatch(1).await();
            }
        }
    }
}
