package io.sluice.server.bench;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The processes that must not outlive this one. It has no hook of its own: whoever has one may be
 * the first to come here, and it is too late for another then. Thread-safe.
 */
final class Children {
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    private Children() {}

    /** Kills it, too, if it still runs when this process ends. */
    static void add(Process process) {
        RUNNING.add(process);
        var _ = process.onExit().thenRun(() -> RUNNING.remove(process));
    }

    /** Kills all of them, and waits until they are gone. */
    static void endAll() {
        RUNNING.forEach(process -> process.destroyForcibly().onExit().join());
    }
}
