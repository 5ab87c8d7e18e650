package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
}
