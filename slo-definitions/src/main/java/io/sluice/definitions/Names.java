package io.sluice.definitions;

import io.sluice.definitions.yaml.Value;

import java.util.Optional;
import java.util.regex.Pattern;

/** Names of objects: RFC 1123 labels, which every OpenSLO tool has to accept. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private Names() {}

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** A name, or a reference to one. */
    static Optional<String> read(Value value) {
        return value.text()
                .flatMap(
                        text ->
                                isName(text)
                                        ? Optional.of(text)
                                        : value.wrong(
                                                "not a name: " + value.node().inMessages(),
                                                "1 to 63 of a-z, 0-9 and -, a letter or digit at"
                                                        + " both ends"));
    }
}
