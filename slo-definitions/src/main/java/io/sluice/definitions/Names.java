package io.sluice.definitions;

import io.sluice.definitions.yaml.Position;
import io.sluice.definitions.yaml.Value;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names of objects: RFC 1123 labels, which every OpenSLO tool has to accept. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private Names() {}

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * A name that is the first of its kind in its list; a second one is reported.
     *
     * @param what a word for whatever is named
     * @param names those before it, and then this one
     */
    static Optional<String> unique(Value value, String what, Map<String, Position> names) {
        return read(value)
                .flatMap(
                        name -> {
                            Position first = names.putIfAbsent(name, value.at());
                            return first == null
                                    ? Optional.of(name)
                                    : value.wrong(
                                            "a second "
                                                    + what
                                                    + " by the name `"
                                                    + name
                                                    + "`, the first in line "
                                                    + first.line(),
                                            "");
                        });
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
