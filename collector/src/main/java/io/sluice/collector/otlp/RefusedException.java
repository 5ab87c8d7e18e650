package io.sluice.collector.otlp;

import io.sluice.collector.receive.NotAdmittedException;
import io.sluice.engine.log.GroupCommit;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import org.eclipse.jetty.http.HttpStatus;

import java.time.Duration;

/** Why a request is refused, as HTTP and as {@code google.rpc.Status} say it. */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The code of what is wrong with a request itself. */
    static final int INVALID_ARGUMENT = 3;

    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNIMPLEMENTED = 12;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;

    private final RejectReason reason;
    private final int status;
    private final int code;
    private final Duration retryAfter;

    private RefusedException(
            RejectReason reason, int status, int code, String message, Duration retryAfter) {
        super(message);
        this.reason = reason;
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** The sender's mistake. */
    static RefusedException of(RejectReason reason, String message) {
        return switch (reason) {
            case OVERSIZE ->
                    permanent(
                            reason, HttpStatus.PAYLOAD_TOO_LARGE_413, RESOURCE_EXHAUSTED, message);
            case UNSUPPORTED ->
                    permanent(
                            reason,
                            HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                            INVALID_ARGUMENT,
                            message);
            case UNAUTHORIZED ->
                    permanent(reason, HttpStatus.FORBIDDEN_403, PERMISSION_DENIED, message);
            default -> permanent(reason, HttpStatus.BAD_REQUEST_400, INVALID_ARGUMENT, message);
        };
    }

    /** The sender's mistake, found in the body. */
    static RefusedException of(MalformedRequestException e) {
        return of(e.reason(), String.valueOf(e.getMessage()));
    }

    /** Nobody we know, or somebody who may not send. */
    static RefusedException of(NotAdmittedException e) {
        String message = String.valueOf(e.getMessage());
        return e.known()
                ? of(RejectReason.UNAUTHORIZED, message)
                : permanent(
                        RejectReason.UNAUTHORIZED,
                        HttpStatus.UNAUTHORIZED_401,
                        UNAUTHENTICATED,
                        message);
    }

    /** There is nothing at this path. */
    static RefusedException notFound(String message) {
        return permanent(
                RejectReason.UNSUPPORTED, HttpStatus.NOT_FOUND_404, UNIMPLEMENTED, message);
    }

    /** There is something at this path, for another method. */
    static RefusedException methodNotAllowed(String message) {
        return permanent(
                RejectReason.UNSUPPORTED,
                HttpStatus.METHOD_NOT_ALLOWED_405,
                UNIMPLEMENTED,
                message);
    }

    /** Not now, because of too much else. */
    static RefusedException of(OverloadedException e) {
        return retryable(RejectReason.OVERLOAD, String.valueOf(e.getMessage()), e.retryAfter());
    }

    /** Not now, because of us. */
    static RefusedException unavailable(String message, Duration retryAfter) {
        return retryable(RejectReason.UNAVAILABLE, message, retryAfter);
    }

    /** The body did not arrive in time; it may, another time. */
    static RefusedException late(Duration limit) {
        return retryable(
                RejectReason.SLOW_SENDER,
                "the body has not arrived within " + limit.toSeconds() + " s",
                GroupCommit.RETRY_AFTER);
    }

    private static RefusedException permanent(
            RejectReason reason, int status, int code, String message) {
        return new RefusedException(reason, status, code, message, Duration.ZERO);
    }

    private static RefusedException retryable(
            RejectReason reason, String message, Duration retryAfter) {
        return new RefusedException(
                reason, HttpStatus.SERVICE_UNAVAILABLE_503, UNAVAILABLE, message, retryAfter);
    }

    /** What it is counted as. */
    RejectReason reason() {
        return reason;
    }

    /** HTTP's status; OTLP senders come again only for 429, 502, 503 and 504. */
    int status() {
        return status;
    }

    /** Of {@code google.rpc.Code}. */
    int code() {
        return code;
    }

    /** When to come again; zero if that would be refused too. */
    Duration retryAfter() {
        return retryAfter;
    }
}
