package io.sluice.examples;

import io.sluice.examples.demo.Demo;
import io.sluice.examples.demo.DemoOptions;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The demo: a shop that moves to a new platform while Sluice watches. */
public final class Main {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    /**
     * Their warnings would tear the story apart; what they warn of is tried again and counted. Kept
     * here because a logger that nobody holds forgets its level.
     */
    private static final List<Logger> LIBRARIES =
            List.of(Logger.getLogger("io.opentelemetry"), Logger.getLogger("io.micrometer"));

    private Main() {}

    /**
     * {@code demo [--once] [--report FILE] [--fault NAME]}; exits with 0 only if the story ended as
     * it should.
     */
    public static void main(String[] args) {
        System.exit(run(Arrays.asList(args)));
    }

    private static int run(List<String> words) {
        LIBRARIES.forEach(logger -> logger.setLevel(Level.OFF));
        try {
            if (words.isEmpty() || !words.getFirst().equals("demo")) {
                System.out.println(DemoOptions.USAGE);
                return USAGE;
            }
            DemoOptions options = DemoOptions.parse(words.subList(1, words.size()));
            return Demo.run(options, System.out) ? 0 : FAILED;
        } catch (DemoOptions.UsageException e) {
            System.err.println("sluice: " + e.getMessage() + "\n" + DemoOptions.USAGE);
            return USAGE;
        } catch (IOException e) {
            System.err.println("sluice: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }
}
