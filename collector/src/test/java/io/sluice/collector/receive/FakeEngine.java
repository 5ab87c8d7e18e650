package io.sluice.collector.receive;

import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Keeps what it is given, or refuses it as told. */
public final class FakeEngine implements Accept {

    public record Accepted(LogEntry entry, Extract extract) {}

    private final Queue<Accepted> accepted = new ConcurrentLinkedQueue<>();
    private volatile @Nullable IOException failure;
    private volatile @Nullable OverloadedException overload;

    private volatile @Nullable OverloadedException noRoom;

    @Override
    public void awaitRoom() throws OverloadedException {
        if (noRoom != null) {
            throw noRoom;
        }
    }

    @Override
    public void accept(LogEntry entry, Extract extract) throws IOException, OverloadedException {
        if (failure != null) {
            throw failure;
        }
        if (overload != null) {
            throw overload;
        }
        accepted.add(new Accepted(entry, extract));
    }

    public void failWith(@Nullable IOException failure) {
        this.failure = failure;
    }

    public void refuseWith(@Nullable OverloadedException overload) {
        this.overload = overload;
    }

    /** Refuses before anything is decoded. */
    public void noRoom(@Nullable OverloadedException noRoom) {
        this.noRoom = noRoom;
    }

    public List<Accepted> accepted() {
        return List.copyOf(accepted);
    }
}
