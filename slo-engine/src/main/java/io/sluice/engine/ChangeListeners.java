package io.sluice.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who wants to hear of changes; they hear on the thread that made one. Thread-safe. */
final class ChangeListeners {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** {@link SloEngine#onChange}. */
    SloEngine.Subscription add(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Says that something has changed. */
    void tell() {
        for (Runnable listener : listeners) {
            listener.run();
        }
    }
}
