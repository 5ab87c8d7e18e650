package io.sluice.collector.otlp;

import io.sluice.collector.receive.BytesInFlight;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.RejectReason;

import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;

/** What holds for every HTTP request, whatever its protocol. Thread-safe. */
final class RequestReader {

    /**
     * What a request gets to be read into before it has sent more, whatever length it announces.
     */
    private static final int FIRST_BYTES = 16 << 10;

    /** How much more it gets each time that it has filled that. */
    private static final int GROWTH = 4;

    private final int max;
    private final boolean loopback;
    private final Duration arrivalTimeout;
    private final OtlpFront front;

    /**
     * @param max how many bytes a body may have, as it is sent
     * @param loopback whether only this machine's own names are taken in the Host header: a web
     *     page that had its name resolved to this address must not get in
     * @param arrivalTimeout how long a body may take to arrive
     * @param front where refusals are counted
     */
    RequestReader(int max, boolean loopback, Duration arrivalTimeout, OtlpFront front) {
        this.max = max;
        this.loopback = loopback;
        this.arrivalTimeout = arrivalTimeout;
        this.front = front;
    }

    /** Refuses a request that was sent to a name that is none of ours. */
    void requireOurName(Request request) throws RefusedException {
        if (loopback && !LoopbackHost.is(Request.getServerName(request))) {
            throw front.counted(
                    RefusedException.of(
                            RejectReason.UNAUTHORIZED,
                            "this receiver listens on loopback only and is not called "
                                    + Request.getServerName(request)));
        }
    }

    /** Refuses every method but POST. */
    void requirePost(Request request) throws RefusedException {
        if (!HttpMethod.POST.is(request.getMethod())) {
            throw front.counted(
                    RefusedException.methodNotAllowed(
                            "telemetry is sent by POST, not " + request.getMethod()));
        }
    }

    /** Reads a body, and never holds more than four times of what was sent. */
    byte[] read(Request request, BytesInFlight.Hold hold) throws RefusedException {
        long announced = request.getLength();
        if (announced > max) {
            throw oversize();
        }
        long begunNanos = System.nanoTime();
        try (InputStream in = Request.asInputStream(request)) {
            byte[] body =
                    new byte[announced < 0 ? FIRST_BYTES : (int) Math.min(announced, FIRST_BYTES)];
            hold.add(body.length);
            int length = 0;
            while (true) {
                int count = length == announced ? -1 : in.read(body, length, body.length - length);
                if (count < 0) {
                    return length == body.length ? body : Arrays.copyOf(body, length);
                }
                length += count;
                if (length > max) {
                    throw oversize();
                }
                if (System.nanoTime() - begunNanos > arrivalTimeout.toNanos()) {
                    throw front.counted(RefusedException.late(arrivalTimeout));
                }
                if (length == body.length && length != announced) {
                    long larger =
                            Math.min((long) GROWTH * length, announced < 0 ? max + 1L : announced);
                    hold.add(larger - length);
                    body = Arrays.copyOf(body, (int) larger);
                }
            }
        } catch (OverloadedException e) {
            throw front.counted(RefusedException.of(e));
        } catch (IOException e) {
            throw front.counted(
                    RefusedException.of(
                            RejectReason.MALFORMED,
                            "the body did not come whole: " + e.getMessage()));
        }
    }

    private RefusedException oversize() {
        return front.counted(
                RefusedException.of(
                        RejectReason.OVERSIZE, "the body has more than " + max + " bytes"));
    }
}
