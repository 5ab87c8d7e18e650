package io.sluice.server;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Collects the old part of the heap once half as much is dead there as is in use. The serial
 * collector gives memory back when it collects that part, and would do so first when the largest
 * heap is full of what is long dead: what a checkpoint of many series has written, for one. Not
 * thread-safe.
 */
final class OldGarbage {
    /** The serial collector's name for the old part; others look after theirs by themselves. */
    private static final String OLD_PART = "Tenured Gen";

    /** Less is not worth the pause. */
    static final long LEAST_BYTES = 96L << 20;

    /** Likewise of what is dead. */
    static final long LEAST_DEAD_BYTES = 32L << 20;

    private final LongSupplier used;
    private final Runnable collect;
    private long most = LEAST_BYTES;

    /**
     * @param used bytes of the old part, with what is dead in it
     * @param collect frees what is dead
     */
    OldGarbage(LongSupplier used, Runnable collect) {
        this.used = used;
        this.collect = collect;
    }

    /** This JVM's; empty with a collector that needs nobody to look. */
    static Optional<OldGarbage> ofThisJvm() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals(OLD_PART))
                .findFirst()
                .map(pool -> new OldGarbage(() -> pool.getUsage().getUsed(), System::gc));
    }

    /** To be called about once a second. */
    void look() {
        if (used.getAsLong() > most) {
            collect.run();
            long live = used.getAsLong();
            most = Math.max(LEAST_BYTES, live + Math.max(LEAST_DEAD_BYTES, live / 2));
        }
    }
}
