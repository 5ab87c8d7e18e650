package io.sluice.definitions;

import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The named objects of one kind. Names are declared before anything is read, so that a reference to
 * an object that is itself wrong is not reported as dangling.
 *
 * @param <T> what the kind is read to
 */
final class Registry<T> {
    private final Kind kind;
    private final Map<String, Value> declared = new TreeMap<>();
    private final Map<String, T> defined = new TreeMap<>();
    private final Given given;

    Registry(Kind kind, Given given) {
        this.kind = kind;
        this.given = given;
    }

    /** How much of a set was there to be read, and so what a name means that is nowhere in it. */
    enum Given {
        /** Every file of it: the name leads nowhere. */
        ALL,
        /** Every file, though some could not be read: the name may be in one of those. */
        UNREADABLE,
        /** Some files by name, as a hook before a commit does it: the name may be in the others. */
        SOME
    }

    /** Takes a name; the second object of the same name is an error at its name. */
    void declare(String name, Value at) {
        Value first = declared.putIfAbsent(name, at);
        if (first != null) {
            at.wrong(
                    "a second "
                            + kind.word()
                            + " by the name `"
                            + name
                            + "`, the first is in "
                            + first.reading().file()
                            + ":"
                            + first.at().line()
                            + ":"
                            + first.at().column(),
                    "names that are unique per kind");
        }
    }

    /**
     * Takes an object that others name and that need not be declared, unless one is by that name.
     */
    void imply(String name, T object) {
        if (!declared.containsKey(name)) {
            defined.putIfAbsent(name, object);
        }
    }

    /** Sets what a declared name means. */
    void define(String name, T object) {
        defined.putIfAbsent(name, object);
    }

    /**
     * What a reference's value means. A dangling one is reported there; one to an object that is
     * wrong only fails the reading, since the object's own problems are the ones to tell.
     */
    Optional<T> resolve(Value reference) {
        return Names.reference(reference).flatMap(name -> resolve(name, reference));
    }

    /** As {@link #resolve(Value)}, for a name that is a part of the value. */
    Optional<T> resolve(String name, Value reference) {
        if (requireDeclared(name, reference)) {
            T object = defined.get(name);
            if (object == null) {
                reference.reading().fail();
            }
            return Optional.ofNullable(object);
        }
        return Optional.empty();
    }

    /**
     * Whether there is an object by this name, right or wrong; reports the reference where there is
     * none.
     */
    boolean requireDeclared(String name, Value reference) {
        if (declared.containsKey(name) || defined.containsKey(name)) {
            return true;
        }
        String message = "no " + kind.word() + " by the name `" + Texts.shortened(name) + "`";
        String hint = Texts.didYouMean(name, declared.keySet());
        switch (given) {
            case ALL ->
                    reference.wrong(
                            message + hint,
                            declared.isEmpty() ? "an object of this kind and name" : some());
            case UNREADABLE -> {
                reference.warn(message + " in the files that could be read" + hint, "");
                reference.reading().fail();
            }
            case SOME -> {
                reference.note(message + " in the files that were given" + hint, "");
                reference.reading().fail();
            }
        }
        return false;
    }

    /** A few of the names, since hundreds would help nobody. */
    private String some() {
        int shown = 8;
        String names = Texts.choice(declared.keySet().stream().limit(shown).toList());
        return declared.size() > shown
                ? names + ", and " + (declared.size() - shown) + " more"
                : names;
    }

    /** Whether there is any, in error or not. */
    boolean anyDeclared() {
        return !declared.isEmpty();
    }

    /** Whether every object whose name is declared was read without an error. */
    boolean allDefined() {
        return given == Given.ALL && defined.keySet().containsAll(declared.keySet());
    }

    /** Everything that was read without an error. */
    Map<String, T> defined() {
        return Map.copyOf(defined);
    }
}
