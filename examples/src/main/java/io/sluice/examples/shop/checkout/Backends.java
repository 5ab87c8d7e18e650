package io.sluice.examples.shop.checkout;

import io.sluice.examples.simulation.Latency;
import io.sluice.examples.simulation.Pause;
import io.sluice.examples.simulation.Work;
import io.sluice.examples.simulation.WorkFailedException;

import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/**
 * What the saga's steps act on: stock, payments, orders; simulated, and counted so that a test can
 * see what is left of a compensated checkout. Thread-safe.
 */
final class Backends {
    /** Of all cards, so many are declined; no failure of the shop's. */
    private static final double DECLINED_RATIO = 0.02;

    private static final Latency RESERVING = new Latency(12, 0.4, 500);
    private static final Latency PAYING = new Latency(45, 0.4, 1_500);
    private static final Latency ORDERING = new Latency(8, 0.4, 500);

    private final LongAdder reservations = new LongAdder();
    private final LongAdder payments = new LongAdder();
    private final LongAdder orders = new LongAdder();
    private final double failureRatio;
    private final Pause pause;

    /**
     * @param failureRatio of a whole checkout; it strikes at the payment
     */
    Backends(double failureRatio, Pause pause) {
        this.failureRatio = failureRatio;
        this.pause = pause;
    }

    /** The bank says no. The customer is told; nothing is wrong with the shop. */
    static final class CardDeclinedException extends Exception {
        private static final long serialVersionUID = 1L;

        CardDeclinedException() {
            super("the card was declined", null, false, false);
        }
    }

    void reserve(RandomGenerator random) throws InterruptedException, WorkFailedException {
        new Work(RESERVING, 0).perform(random, pause);
        reservations.increment();
    }

    void releaseReservation() {
        reservations.decrement();
    }

    void pay(RandomGenerator random)
            throws InterruptedException, WorkFailedException, CardDeclinedException {
        new Work(PAYING, failureRatio).perform(random, pause);
        if (random.nextDouble() < DECLINED_RATIO) {
            throw new CardDeclinedException();
        }
        payments.increment();
    }

    void refund() {
        payments.decrement();
    }

    void createOrder(RandomGenerator random) throws InterruptedException, WorkFailedException {
        new Work(ORDERING, 0).perform(random, pause);
        orders.increment();
    }

    /** Reservations that stand. */
    long reservations() {
        return reservations.sum();
    }

    /** Payments that stand. */
    long payments() {
        return payments.sum();
    }

    /** Orders. */
    long orders() {
        return orders.sum();
    }
}
