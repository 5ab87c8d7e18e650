package io.sluice.server.cli;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code sluice serve} is told.
 *
 * @param data where the store and the ingest log are
 * @param definitions the folder of definition files
 * @param config the file, or null for none
 */
record ServeArguments(Path data, Path definitions, @Nullable Path config) {
    static final String DATA = "--data";
    static final String DATA_UNLESS_GIVEN = "data";
    static final String DEFINITIONS = "--definitions";
    static final String DEFINITIONS_UNLESS_GIVEN = "slo-definitions";
    static final String CONFIG = "--config";

    private static final Set<String> OPTIONS = Set.of(DATA, DEFINITIONS, CONFIG);

    /**
     * Reads a command line as picocli would, without it: it is too old for the JVM's cache of
     * classes, and so takes a tenth of a server's start. Empty for whatever is not plain, of which
     * picocli has to say what is wrong, or what there is.
     */
    static Optional<ServeArguments> ofPlain(String... arguments) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            String name = arguments[i];
            String value;
            int equals = name.indexOf('=');
            if (equals >= 0) {
                value = name.substring(equals + 1);
                name = name.substring(0, equals);
            } else if (i + 1 < arguments.length) {
                i++;
                value = arguments[i];
            } else {
                return Optional.empty();
            }
            if (!OPTIONS.contains(name) || !isPlain(value) || given.put(name, value) != null) {
                return Optional.empty();
            }
        }
        String config = given.get(CONFIG);
        return Optional.of(
                new ServeArguments(
                        Path.of(given.getOrDefault(DATA, DATA_UNLESS_GIVEN)),
                        Path.of(given.getOrDefault(DEFINITIONS, DEFINITIONS_UNLESS_GIVEN)),
                        config == null ? null : Path.of(config)));
    }

    /** Not an option, a file of arguments, quoted, or a name that no file can have. */
    private static boolean isPlain(String value) {
        return !value.isEmpty() && "-@\"'".indexOf(value.charAt(0)) < 0 && value.indexOf('\0') < 0;
    }
}
