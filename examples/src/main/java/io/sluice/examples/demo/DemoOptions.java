package io.sluice.examples.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The command line {@code demo [--once] [--report FILE] [--fault NAME]}.
 *
 * @param once whether to end after the story instead of serving on
 * @param report where to write the report
 * @param fault what is wrong with the first build of one service
 */
public record DemoOptions(boolean once, Optional<Path> report, Fault fault) {
    /** How it is called. */
    public static final String USAGE =
            "Usage: sluice demo [--once] [--report FILE] [--fault " + Fault.words() + "]";

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
        Fault fault = Fault.RACE;
        Iterator<String> rest = words.iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            switch (word) {
                case "--once" -> once = true;
                case "--report" -> {
                    if (!rest.hasNext()) {
                        throw new UsageException("--report needs a file");
                    }
                    report = Optional.of(report(rest.next()));
                }
                case "--fault" -> fault = fault(rest.hasNext() ? rest.next() : "");
                default -> throw new UsageException("unknown option " + word);
            }
        }
        return new DemoOptions(once, report, fault);
    }

    /** Is asked for now, since the report is written when the story is over. */
    private static Path report(String word) throws UsageException {
        Path file = Path.of(word);
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
            throw new UsageException("--report is " + word + ", expected a file in a folder");
        }
        return file;
    }

    private static Fault fault(String word) throws UsageException {
        return Fault.of(word)
                .orElseThrow(
                        () ->
                                new UsageException(
                                        "--fault is "
                                                + (word.isEmpty() ? "nothing" : word)
                                                + ", expected "
                                                + Fault.words()));
    }
}
