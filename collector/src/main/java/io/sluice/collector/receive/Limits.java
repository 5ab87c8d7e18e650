package io.sluice.collector.receive;

import io.sluice.collector.extract.Extractors;

/**
 * What a receiver takes at most.
 *
 * @param maxBodyBytes of one request, as it was sent; when decompressed, {@link Extractors} has the
 *     limit
 * @param maxBytesInFlight of all requests that were begun and not yet answered, as they were sent
 */
public record Limits(int maxBodyBytes, long maxBytesInFlight) {

    /** 64 MiB a request, 128 MiB in flight. */
    public static final Limits DEFAULTS = new Limits(Extractors.DEFAULT_MAX_BODY_BYTES, 128L << 20);

    public Limits {
        if (maxBodyBytes < 1 || maxBytesInFlight < maxBodyBytes) {
            throw new IllegalArgumentException(
                    "limits of "
                            + maxBodyBytes
                            + " bytes a body and "
                            + maxBytesInFlight
                            + " in flight: one body must fit");
        }
    }
}
