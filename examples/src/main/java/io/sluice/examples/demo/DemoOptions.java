package io.sluice.examples.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The command line {@code demo [--once] [--report FILE]}.
 *
 * @param once whether to end after the story instead of serving on
 * @param report where to write the report
 */
public record DemoOptions(boolean once, Optional<Path> report) {
    /** How it is called. */
    public static final String USAGE = "Usage: sluice demo [--once] [--report FILE]";

    /** The command line is not one of ours; the message says why. */
    public static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    /** Reads the words after {@code demo}. */
    public static DemoOptions parse(List<String> words) throws UsageException {
        boolean once = false;
        Optional<Path> report = Optional.empty();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            switch (word) {
                case "--once" -> once = true;
                case "--report" -> {
                    i++;
                    if (i == words.size()) {
                        throw new UsageException("--report needs a file");
                    }
                    report = Optional.of(Path.of(words.get(i)));
                }
                default -> throw new UsageException("unknown option " + word);
            }
        }
        return new DemoOptions(once, report);
    }
}
