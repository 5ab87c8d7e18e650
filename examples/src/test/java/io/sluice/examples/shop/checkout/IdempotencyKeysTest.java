package io.sluice.examples.shop.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.examples.http.Response;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

class IdempotencyKeysTest {
    private final IdempotencyKeys keys = new IdempotencyKeys();
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void repeat_getsTheFirstAnswer() throws Exception {
        Response first = keys.once("k", () -> answer(201));
        assertThat(keys.once("k", () -> answer(201))).isEqualTo(first);
        assertThat(calls).hasValue(1);
        assertThat(keys.once("other", () -> answer(201))).isNotEqualTo(first);
    }

    @Test
    void repeatWhileTheFirstIsUnderWay_waitsForIt() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        try (ExecutorService customers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Response> first =
                    customers.submit(
                            () ->
                                    keys.once(
                                            "k",
                                            () -> {
                                                started.countDown();
                                                finish.await();
                                                return answer(201);
                                            }));
            started.await();
            Future<Response> repeat = customers.submit(() -> keys.once("k", () -> answer(201)));
            finish.countDown();
            assertThat(repeat.get()).isEqualTo(first.get());
        }
        assertThat(calls).hasValue(1);
    }

    @Test
    void failures_mayBeTriedAgain() throws Exception {
        assertThat(keys.once("k", () -> answer(500)).status()).isEqualTo(500);
        assertThatThrownBy(
                        () ->
                                keys.once(
                                        "k",
                                        () -> {
                                            throw new IOException("down");
                                        }))
                .isInstanceOf(IOException.class);
        assertThat(keys.once("k", () -> answer(201)).status()).isEqualTo(201);
    }

    private Response answer(int status) {
        return Response.text(status, "call " + calls.incrementAndGet());
    }
}
