package io.sluice.dashboard;

import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.Json;
import io.sluice.dashboard.http.Problem;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

import java.nio.ByteBuffer;

/** Requests that are not even HTTP never reach a route; they get a problem all the same. */
final class JettyProblems extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Object message = request.getAttribute(ERROR_MESSAGE);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        byte[] body =
                Json.bytes(
                        Problem.of(
                                HttpStatus.forStatus(response.getStatus()),
                                String.valueOf(message)));
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }
}
