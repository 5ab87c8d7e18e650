package io.sluice.dashboard.http;

import io.javalin.http.HttpStatus;

import java.util.LinkedHashMap;
import java.util.Map;

/** Ends a request with a {@link Problem}. Expected, so it carries no stack trace. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final transient Map<String, String> headers;

    private ProblemException(Problem problem, Map<String, String> headers) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
        this.headers = headers;
    }

    /** A status with a sentence that says what is wrong. */
    public static ProblemException of(HttpStatus status, String detail) {
        return new ProblemException(Problem.of(status, detail), Map.of());
    }

    /** What was asked for does not exist: {@code there is no SLO "x"}. */
    public static ProblemException notFound(String kind, String name) {
        return of(HttpStatus.NOT_FOUND, "there is no " + kind + " \"" + name + "\"");
    }

    /** The request is wrong at a place that can be named. */
    public static ProblemException badRequest(String where, String detail, String expected) {
        return new ProblemException(
                Problem.of(HttpStatus.BAD_REQUEST, detail).at(where, expected), Map.of());
    }

    /** The same, with one more header that tells the client what to do. */
    public ProblemException withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new ProblemException(problem, more);
    }

    /** What to tell the caller. */
    public Problem problem() {
        return problem;
    }

    /** What to tell the client program. */
    public Map<String, String> headers() {
        return headers;
    }
}
