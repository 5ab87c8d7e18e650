package io.sluice.definitions.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A mapping that is being read. A key is known because a reader asks for it, so the language is
 * written down once, in the readers; when they are done, what nobody asked for is unknown and what
 * was required is missing. A key whose value is null counts as absent.
 */
public final class Fields {
    private final Value owner;
    private final Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final List<List<String>> missing = new ArrayList<>();
    private final Map<String, Runnable> missed = new LinkedHashMap<>();

    public Fields(Value owner, YamlNode.Mapping mapping) {
        this.owner = owner;
        for (YamlNode.Entry entry : mapping.entries()) {
            YamlNode.Entry first = entries.putIfAbsent(entry.key().text(), entry);
            if (first != null) {
                owner.reading()
                        .error(
                                entry.key().at(),
                                owner.pathOf(entry),
                                "duplicate key `"
                                        + Texts.shortened(entry.key().text())
                                        + "`, first in line "
                                        + first.key().at().line(),
                                "each key once");
            }
        }
    }

    /** The value that this mapping is. */
    public Value owner() {
        return owner;
    }

    /** The value of a key, if it is there and not null. */
    public Optional<Value> value(String key) {
        known.add(key);
        YamlNode.Entry entry = entries.get(key);
        return entry == null || entry.value().isNull()
                ? Optional.empty()
                : Optional.of(owner.child(entry));
    }

    /** A key that may be left out. Empty also where it is wrong, which is reported. */
    public <T> Optional<T> optional(String key, Function<Value, Optional<T>> as) {
        return value(key).flatMap(as);
    }

    /** A key that must be there. */
    public <T> Optional<T> require(String key, Function<Value, Optional<T>> as) {
        return exactlyOne(key).flatMap(as);
    }

    /**
     * A key that may be left out, though readings of that differ: a warning, which says why.
     *
     * @param expected as in a {@link Problem}
     */
    public Optional<Value> advised(String key, String warning, String expected) {
        Optional<Value> value = value(key);
        if (value.isEmpty()) {
            missed.put(key, () -> owner.warnKey(warning, expected));
        }
        return value;
    }

    /** The one of these keys that is there; none or several are reported. */
    public Optional<Value> exactlyOne(String... keys) {
        Optional<Value> found = atMostOne(keys);
        if (found.isEmpty()) {
            missing.add(List.of(keys));
        }
        return found;
    }

    /**
     * The one of these keys that is there, if any; several are reported, the first in this order
     * being kept.
     */
    public Optional<Value> atMostOne(String... keys) {
        Value found = null;
        for (String key : keys) {
            Optional<Value> value = value(key);
            if (found == null) {
                found = value.orElse(null);
            } else if (value.isPresent()) {
                value.get()
                        .wrongKey(
                                "`" + key + "` beside `" + found.key() + "`",
                                "only one of the two");
            }
        }
        return Optional.ofNullable(found);
    }

    /** All entries, for mappings whose keys are the user's own. */
    public List<Value> all() {
        known.addAll(entries.keySet());
        return entries.values().stream().map(owner::child).toList();
    }

    /**
     * Reports what is missing and what is unknown. A mistyped key is told once, not also as the
     * missing one.
     */
    public void finish() {
        reportUnknown(Optional.empty());
        missing.forEach(this::reportMissing);
        missed.values().forEach(Runnable::run);
    }

    /**
     * As {@link #finish()}, for a language whose own tool passes over keys that it does not know: a
     * warning, unless such a key is nearly a missing one.
     *
     * @param tool as its users call it
     */
    public void finish(String tool) {
        reportUnknown(Optional.of(tool));
        missing.forEach(this::reportMissing);
        missed.values().forEach(Runnable::run);
    }

    private void reportUnknown(Optional<String> tool) {
        for (YamlNode.Entry entry : entries.values()) {
            String key = entry.key().text();
            if (known.contains(key)) {
                continue;
            }
            Set<String> free = new LinkedHashSet<>(known);
            free.removeAll(entries.keySet());
            Optional<String> meant = Texts.nearest(key, free);
            boolean needed =
                    meant.filter(word -> missing.removeIf(k -> k.contains(word))).isPresent();
            meant.ifPresent(missed::remove);
            String message = "unknown key `" + Texts.shortened(key) + "`" + hint(key, meant);
            String expected = known.isEmpty() ? "no keys" : Texts.choice(known);
            String path = owner.pathOf(entry);
            if (tool.isPresent() && !needed) {
                owner.reading()
                        .warn(
                                entry.key().at(),
                                path,
                                tool.get() + " passes over the " + message,
                                expected);
            } else {
                owner.reading().error(entry.key().at(), path, message, expected);
            }
        }
    }

    private void reportMissing(List<String> keys) {
        String choice = Texts.choice(keys.stream().map(key -> "`" + key + "`").toList());
        Optional<YamlNode.Entry> empty =
                keys.stream().map(entries::get).filter(Objects::nonNull).findFirst();
        if (empty.isPresent()) {
            owner.reading()
                    .error(
                            empty.get().key().at(),
                            owner.pathOf(empty.get()),
                            "`" + empty.get().key().text() + "` has no value",
                            "a value");
            return;
        }
        owner.wrongKey(
                choice + " is missing" + in(), keys.size() == 1 ? "" : "exactly one of them");
    }

    private String in() {
        return owner.key().isEmpty() ? "" : " in `" + owner.key() + "`";
    }

    private static String hint(String key, Optional<String> meant) {
        if (key.equals("<<")) {
            return ": merge keys belong to YAML 1.1";
        }
        return meant.map(word -> ", did you mean `" + word + "`?").orElse("");
    }
}
