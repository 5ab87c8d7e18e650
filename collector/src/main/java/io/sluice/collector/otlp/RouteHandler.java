package io.sluice.collector.otlp;

import io.sluice.collector.receive.BytesInFlight;
import io.sluice.collector.receive.HttpRoute;
import io.sluice.collector.receive.HttpRoute.Answer;
import io.sluice.collector.receive.HttpRoute.Content;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.Sources;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.MalformedRequestException;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Answers the requests of one route on the thread that brings them; leaves others alone. */
final class RouteHandler extends Handler.Abstract {

    private final HttpRoute route;
    private final Intake intake;
    private final OtlpFront front;
    private final RequestReader requests;

    /**
     * @param loopback as {@link RequestReader} has it
     * @param arrivalTimeout how long a body may take to arrive
     */
    RouteHandler(HttpRoute route, Intake intake, boolean loopback, Duration arrivalTimeout) {
        this.route = route;
        this.intake = intake;
        this.front = new OtlpFront(route.receiver(), intake);
        this.requests =
                new RequestReader(intake.limits().maxBodyBytes(), loopback, arrivalTimeout, front);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!Request.getPathInContext(request).equals(route.path())) {
            return false;
        }
        Content content = null;
        try {
            requests.requireOurName(request);
            HttpFields headers = request.getHeaders();
            String source =
                    front.source(
                            headers.get(HttpHeader.AUTHORIZATION), headers.get(Sources.HEADER));
            requests.requirePost(request);
            content = content(headers);
            Extract extract = take(request, content, source);
            answer(route.taken(content, extract), response, callback);
        } catch (RefusedException e) {
            refuse(content, e, response, callback);
        }
        return true;
    }

    private Content content(HttpFields headers) throws RefusedException {
        try {
            return route.content(
                    headers.get(HttpHeader.CONTENT_TYPE), headers.get(HttpHeader.CONTENT_ENCODING));
        } catch (MalformedRequestException e) {
            throw front.counted(RefusedException.of(e));
        }
    }

    private Extract take(Request request, Content content, String source) throws RefusedException {
        try (BytesInFlight.Hold hold = intake.bytesInFlight().hold()) {
            byte[] body = requests.read(request, hold);
            return front.take(content.kind(), source, content.encoding(), body);
        }
    }

    private void refuse(
            @Nullable Content content,
            RefusedException refused,
            Response response,
            Callback callback) {
        OtlpHttpHandler.describe(refused, refused.status(), response);
        String reason = String.valueOf(refused.getMessage());
        answer(route.refused(content, refused.status(), reason), response, callback);
    }

    private static void answer(Answer answer, Response response, Callback callback) {
        response.setStatus(answer.status());
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        byte[] body = answer.text().getBytes(StandardCharsets.UTF_8);
        if (body.length > 0) {
            response.getHeaders()
                    .put(HttpHeader.CONTENT_TYPE, MimeTypes.Type.TEXT_PLAIN_UTF_8.asString());
        }
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
