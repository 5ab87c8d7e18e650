package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

final class ServerProcessTest {
    /** A bench that has a server, here one that sleeps, and waits to be ended. */
    static final class Bench {
        private Bench() {}

        public static void main(String[] words) throws IOException, InterruptedException {
            Process server =
                    ServerProcess.endedWithThisOne(new ProcessBuilder("sleep", "120").start());
            System.out.println(server.pid());
            server.waitFor();
        }
    }

    @Test
    @Timeout(60)
    void aBenchThatIsEnded_leavesNoServer() throws Exception {
        Process bench =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Bench.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(bench.getInputStream(), StandardCharsets.UTF_8))) {
            Optional<ProcessHandle> server = ProcessHandle.of(Long.parseLong(out.readLine()));
            assertThat(server).isPresent();
            CompletableFuture<ProcessHandle> ended = server.get().onExit();
            assertThat(ended).isNotDone();
            bench.destroy();
            assertThat(bench.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(ended).succeedsWithin(30, TimeUnit.SECONDS);
        } finally {
            bench.destroyForcibly();
        }
    }
}
