package io.sluice.collector.otlp;

import io.sluice.collector.receive.BytesInFlight;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.Sources;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.RejectReason;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * Answers one request on the thread that brings it: reads the body, hands it to the intake, says
 * what became of it.
 */
final class OtlpHttpHandler extends Handler.Abstract {

    /**
     * What a request gets to be read into before it has sent more, whatever length it announces.
     */
    private static final int FIRST_BYTES = 16 << 10;

    /** How much more it gets each time that it has filled that. */
    private static final int GROWTH = 4;

    private final Intake intake;
    private final OtlpFront front;
    private final boolean loopback;
    private final Duration arrivalTimeout;

    /** Everything about a request but its body. */
    private record Envelope(
            OtlpSignal signal, OtlpFormat format, Encoding encoding, String source) {}

    /**
     * @param loopback whether only this machine's own names are taken in the Host header: a web
     *     page that had its name resolved to this address must not get in
     * @param arrivalTimeout how long a body may take to arrive
     */
    OtlpHttpHandler(Intake intake, boolean loopback, Duration arrivalTimeout) {
        this.intake = intake;
        this.arrivalTimeout = arrivalTimeout;
        this.front = new OtlpFront(OtlpHttpReceiver.NAME, intake);
        this.loopback = loopback;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        try {
            Envelope envelope = envelope(request);
            Extract extract = take(request, envelope);
            byte[] success = envelope.format.success(envelope.signal, extract);
            answer(HttpStatus.OK_200, envelope.format, success, response, callback);
        } catch (RefusedException e) {
            refuse(e, e.status(), request, response, callback);
        }
        return true;
    }

    /**
     * Says why, in the request's format; where that is none of OTLP's, in the one that people can
     * read.
     */
    static void refuse(
            RefusedException refused,
            int status,
            Request request,
            Response response,
            Callback callback) {
        if (status == HttpStatus.METHOD_NOT_ALLOWED_405) {
            response.getHeaders().put(HttpHeader.ALLOW, HttpMethod.POST.asString());
        }
        if (status == HttpStatus.UNAUTHORIZED_401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"Sluice\"");
        }
        if (!refused.retryAfter().isZero()) {
            response.getHeaders()
                    .put(HttpHeader.RETRY_AFTER, Math.max(1, refused.retryAfter().toSeconds()));
        }
        OtlpFormat asked = OtlpFormat.of(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
        OtlpFormat format = asked == null ? OtlpFormat.JSON : asked;
        byte[] body = format.status(refused);
        answer(status, format, body, response, callback);
    }

    private static void answer(
            int status, OtlpFormat format, byte[] body, Response response, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, format.mediaType());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private Envelope envelope(Request request) throws RefusedException {
        if (loopback && !LoopbackHost.is(Request.getServerName(request))) {
            throw front.counted(
                    RefusedException.of(
                            RejectReason.UNAUTHORIZED,
                            "this receiver listens on loopback only and is not called "
                                    + Request.getServerName(request)));
        }
        HttpFields headers = request.getHeaders();
        String source =
                front.source(headers.get(HttpHeader.AUTHORIZATION), headers.get(Sources.HEADER));
        String path = Request.getPathInContext(request);
        OtlpSignal signal = OtlpSignal.ofPath(path);
        if (signal == null) {
            throw front.counted(
                    RefusedException.notFound(
                            "nothing is received at "
                                    + path
                                    + ", only at "
                                    + OtlpSignal.all().stream().map(OtlpSignal::path).toList()));
        }
        if (!HttpMethod.POST.is(request.getMethod())) {
            throw front.counted(
                    RefusedException.methodNotAllowed(
                            "telemetry is sent by POST, not " + request.getMethod()));
        }
        String contentType = headers.get(HttpHeader.CONTENT_TYPE);
        OtlpFormat format = OtlpFormat.of(contentType);
        if (format == null) {
            throw unsupported(
                    HttpHeader.CONTENT_TYPE,
                    contentType,
                    "application/x-protobuf or application/json");
        }
        return new Envelope(signal, format, encoding(request), source);
    }

    private Encoding encoding(Request request) throws RefusedException {
        String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
        return switch (encoding == null ? "" : encoding.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> Encoding.IDENTITY;
            case "gzip", "x-gzip" -> Encoding.GZIP;
            case "zstd" -> Encoding.ZSTD;
            default ->
                    throw unsupported(HttpHeader.CONTENT_ENCODING, encoding, "gzip, zstd or none");
        };
    }

    private RefusedException unsupported(
            HttpHeader header, @Nullable String value, String expected) {
        return front.counted(
                RefusedException.of(
                        RejectReason.UNSUPPORTED,
                        header + " is " + value + ", expected is " + expected));
    }

    private Extract take(Request request, Envelope envelope) throws RefusedException {
        try (BytesInFlight.Hold hold = intake.bytesInFlight().hold()) {
            byte[] body = read(request, hold);
            return front.take(
                    envelope.signal.kind(envelope.format),
                    envelope.source,
                    envelope.encoding,
                    body);
        }
    }

    /** Reads the body, and never holds more than four times of what was sent. */
    private byte[] read(Request request, BytesInFlight.Hold hold) throws RefusedException {
        int max = intake.limits().maxBodyBytes();
        long announced = request.getLength();
        if (announced > max) {
            throw oversize(max);
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
                    throw oversize(max);
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

    private RefusedException oversize(int max) {
        return front.counted(
                RefusedException.of(
                        RejectReason.OVERSIZE, "the body has more than " + max + " bytes"));
    }
}
