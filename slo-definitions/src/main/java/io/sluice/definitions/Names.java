package io.sluice.definitions;

import io.sluice.definitions.yaml.Position;
import io.sluice.definitions.yaml.Value;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names of objects: RFC 1123 labels, which every OpenSLO tool has to accept. OpenSLO's text allows
 * others and uses them in its own examples, so names of objects may also have capitals, dots and
 * underscores, which still need no quoting in a URL or a file's name.
 */
final class Names {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern LENIENT =
            Pattern.compile("[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?");
    private static final String EXPECTED =
            "1 to 63 of a-z, 0-9 and -, a letter or digit at both ends";

    private Names() {}

    /** Whether an object may be called so. */
    static boolean isName(String text) {
        return LENIENT.matcher(text).matches();
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

    /** The name of a part of one of our own kinds: an RFC 1123 label. */
    static Optional<String> read(Value value) {
        return matching(NAME, value);
    }

    /** The name that an object says is its own. */
    static Optional<String> ofObject(Value value) {
        Optional<String> name = reference(value);
        name.filter(text -> !NAME.matcher(text).matches())
                .ifPresent(
                        _ ->
                                value.warn(
                                        "OpenSLO's validator refuses the name "
                                                + value.node().inMessages(),
                                        EXPECTED));
        return name;
    }

    /** The name of an object elsewhere. */
    static Optional<String> reference(Value value) {
        return matching(LENIENT, value);
    }

    private static Optional<String> matching(Pattern pattern, Value value) {
        return value.text()
                .flatMap(
                        text ->
                                pattern.matcher(text).matches()
                                        ? Optional.of(text)
                                        : value.wrong(
                                                "not a name: " + value.node().inMessages(),
                                                EXPECTED));
    }
}
