package io.sluice.definitions;

import io.sluice.definitions.yaml.Value;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which objects of a kind need which others, so that circles can be told. Used by one thread. */
final class Dependencies {
    /** Nobody follows a longer way by eye. */
    private static final int SHOWN = 10;

    private final String what;
    private final Map<String, List<String>> needed = new HashMap<>();
    private final Map<String, Value> at = new HashMap<>();

    /**
     * @param what depends, for example {@code the capacity of}
     */
    Dependencies(String what) {
        this.what = what;
    }

    /** Takes what one object needs, which {@code value} says; of several by one name the first. */
    void add(String name, List<String> needs, Value value) {
        if (at.putIfAbsent(name, value) == null) {
            needed.put(name, needs);
        }
    }

    /** Reports every object that needs itself, in one step or many, where it says so. */
    void reportCycles() {
        at.forEach(
                (name, value) ->
                        path(name)
                                .ifPresent(
                                        path ->
                                                value.wrong(
                                                        what
                                                                + " `"
                                                                + name
                                                                + "` depends on itself: "
                                                                + String.join(" → ", path),
                                                        "no circles")));
    }

    /** The shortest way from an object back to itself, breadth first. */
    private Optional<List<String>> path(String name) {
        Map<String, String> cameFrom = new HashMap<>();
        Deque<String> open = new ArrayDeque<>(List.of(name));
        while (!open.isEmpty()) {
            String here = open.remove();
            for (String next : needed.getOrDefault(here, List.of())) {
                if (cameFrom.putIfAbsent(next, here) == null) {
                    open.add(next);
                }
            }
            if (cameFrom.containsKey(name)) {
                return Optional.of(wayBack(name, cameFrom));
            }
        }
        return Optional.empty();
    }

    private static List<String> wayBack(String name, Map<String, String> cameFrom) {
        Deque<String> path = new ArrayDeque<>(List.of(name));
        String here = name;
        do {
            here = cameFrom.getOrDefault(here, name);
            path.push(here);
        } while (!here.equals(name));
        return path.size() <= SHOWN
                ? List.copyOf(path)
                : Stream.concat(path.stream().limit(SHOWN - 1), Stream.of("…", name)).toList();
    }
}
