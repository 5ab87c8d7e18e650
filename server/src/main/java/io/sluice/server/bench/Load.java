package io.sluice.server.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What to send.
 *
 * @param gzip only where the protocol {@linkplain Protocol#mayGzip may}
 * @param itemsPerRequest spans; other protocols have their own number
 * @param connections requests that are under way at once
 * @param warmUp not measured: a cold JVM is several times slower
 * @param duration measured
 * @param floors how long each stage is measured by itself; zero leaves that out
 * @param rate items a second that come due, whether or not earlier ones were answered; 0 for as
 *     many as the server answers, and then half of that for the latency at half load
 * @param folder where the server's folder is made, and removed; the system's for temporary files
 *     unless given
 */
public record Load(
        Protocol protocol,
        boolean gzip,
        int itemsPerRequest,
        int connections,
        Duration warmUp,
        Duration duration,
        Duration floors,
        double rate,
        Optional<Path> folder) {

    /** What a request of the protocol brings unless somebody says otherwise. */
    public static int usualItems(Protocol protocol) {
        return switch (protocol) {
            case OTLP_HTTP, OTLP_GRPC, OTLP_JSON -> 512;
            case REMOTE_WRITE, REMOTE_WRITE_2 ->
                    WriteRequest.SERIES * WriteRequest.SAMPLES_PER_SERIES;
            case DOGSTATSD -> 1;
        };
    }
}
