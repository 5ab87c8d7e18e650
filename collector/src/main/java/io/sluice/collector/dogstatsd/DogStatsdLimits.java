package io.sluice.collector.dogstatsd;

import static io.sluice.engine.limit.Limit.Unit.BYTES;
import static io.sluice.engine.limit.Limit.Unit.COUNT;
import static io.sluice.engine.limit.Limit.fixed;

import io.sluice.engine.limit.Limit;

import java.util.List;

/** The limits that DogStatsD keeps beside those of all receivers. */
public final class DogStatsdLimits {

    private static final Limit DATAGRAM =
            fixed(
                    "dogstatsdDatagram",
                    BYTES,
                    Datagrams.MAX_DATAGRAM_BYTES,
                    "One datagram, or frame of a stream",
                    "oversize: the stream's connection is closed; no datagram is larger");

    private static final Limit SOCKET_BUFFER =
            fixed(
                    "dogstatsdSocketBuffer",
                    BYTES,
                    DogStatsdReceiver.SOCKET_BUFFER_BYTES,
                    "Datagrams that the kernel is asked to hold until they are read",
                    "kernel_drop: lost, and counted in datagrams");

    /** Of each receiver. */
    public static final Limit BATCHES =
            fixed(
                    "dogstatsdBatches",
                    COUNT,
                    DogStatsdReceiver.MAX_BATCHES_UNDER_WAY,
                    "Batches of 256 KiB that are under way to the disk",
                    "datagrams stay in the kernel's buffer, and a stream's sender waits");

    /** In the order in which they are shown. */
    public static final List<Limit> ALL = List.of(DATAGRAM, SOCKET_BUFFER, BATCHES);

    private DogStatsdLimits() {}
}
