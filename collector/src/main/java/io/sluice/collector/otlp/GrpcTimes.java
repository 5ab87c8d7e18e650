package io.sluice.collector.otlp;

import java.time.Duration;

/**
 * How long a gRPC connection may take for what it does.
 *
 * @param handshake until it has said that it speaks HTTP/2, TLS included
 * @param idle without a request; headers that never end are none
 * @param arrival from a call's headers until its message is whole
 * @param age then it gets no new requests, so that senders spread anew over what receives; those
 *     under way are answered. gRPC varies it by a tenth
 */
record GrpcTimes(Duration handshake, Duration idle, Duration arrival, Duration age) {

    static final GrpcTimes DEFAULT =
            new GrpcTimes(
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(5),
                    OtlpFront.ARRIVAL_TIMEOUT,
                    Duration.ofHours(1));
}
