package io.sluice.examples.shop.checkout;

import io.sluice.examples.http.Response;
import io.sluice.examples.shop.BoundedMap;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Makes a repeated request answer as the first did, so that a customer who presses twice pays once.
 * Thread-safe. A repeat that comes while the first is under way waits for it. Failures (5xx,
 * exceptions) are not remembered: those may be tried again.
 */
final class IdempotencyKeys {
    /** Keys that are remembered; hours of orders. */
    private static final int KEYS_MAX = 100_000;

    private final BoundedMap<CompletableFuture<Response>> answers = new BoundedMap<>(KEYS_MAX);

    /** The answer to that key: of this work, or of the earlier one. */
    Response once(String key, Callable<Response> work) throws Exception {
        CompletableFuture<Response> mine = new CompletableFuture<>();
        CompletableFuture<Response> first = answers.findOrCreate(key, k -> mine);
        if (first != mine) {
            return await(first);
        }
        try {
            Response response = work.call();
            if (response.failed()) {
                answers.remove(key, mine);
            }
            mine.complete(response);
            return response;
        } catch (Exception e) {
            answers.remove(key, mine);
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private static Response await(CompletableFuture<Response> first) throws InterruptedException {
        try {
            return first.get();
        } catch (ExecutionException e) {
            return Response.text(500, "The request that this one repeats failed: " + e.getCause());
        }
    }
}
