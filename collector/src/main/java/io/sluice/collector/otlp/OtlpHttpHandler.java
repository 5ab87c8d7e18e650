package io.sluice.collector.otlp;

import io.sluice.collector.receive.BytesInFlight;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.Sources;
import io.sluice.engine.log.LogEntry.Encoding;
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

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;

/**
 * Answers one request on the thread that brings it: reads the body, hands it to the intake, says
 * what became of it.
 */
final class OtlpHttpHandler extends Handler.Abstract {

    private final Intake intake;
    private final OtlpFront front;
    private final RequestReader requests;

    /** Everything about a request but its body. */
    private record Envelope(
            OtlpSignal signal, OtlpFormat format, Encoding encoding, String source) {}

    /**
     * @param loopback as {@link RequestReader} has it
     * @param arrivalTimeout how long a body may take to arrive
     */
    OtlpHttpHandler(Intake intake, boolean loopback, Duration arrivalTimeout) {
        this.intake = intake;
        this.front = new OtlpFront(OtlpHttpReceiver.NAME, intake);
        this.requests =
                new RequestReader(intake.limits().maxBodyBytes(), loopback, arrivalTimeout, front);
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
        describe(refused, status, response);
        OtlpFormat asked = OtlpFormat.of(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
        OtlpFormat format = asked == null ? OtlpFormat.JSON : asked;
        byte[] body = format.status(refused);
        answer(status, format, body, response, callback);
    }

    /** Sets the headers that a refusal has in every protocol. */
    static void describe(RefusedException refused, int status, Response response) {
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
    }

    private static void answer(
            int status, OtlpFormat format, byte[] body, Response response, Callback callback) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, format.mediaType());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private Envelope envelope(Request request) throws RefusedException {
        requests.requireOurName(request);
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
        requests.requirePost(request);
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
            byte[] body = requests.read(request, hold);
            return front.take(
                    envelope.signal.kind(envelope.format),
                    envelope.source,
                    envelope.encoding,
                    body);
        }
    }
}
