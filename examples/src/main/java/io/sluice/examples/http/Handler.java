package io.sluice.examples.http;

/** Answers requests; called on a virtual thread of the connection, so it may block. Thread-safe. */
@FunctionalInterface
public interface Handler {
    /** The answer; an exception becomes a 500. */
    Response handle(Request request) throws Exception;
}
