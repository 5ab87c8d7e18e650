package io.sluice.examples.shop.checkout;

import io.sluice.examples.shop.cart.Cart;

import java.io.IOException;

/**
 * Keeps a cart still while it is checked out. The two builds of Checkout Core differ in nothing but
 * this.
 *
 * @see ReadCheckWriteLock
 * @see OptimisticLock
 */
sealed interface CartLock permits ReadCheckWriteLock, OptimisticLock {
    /** What became of taking the lock. */
    sealed interface Taken {
        /** The cart, priced, is the checkout's until it is released. */
        record Held(Cart cart) implements Taken {}

        /**
         * The cart is not there to be checked out: missing, ordered, or held by another checkout.
         */
        record Refused(String reason) implements Taken {}
    }

    /** Prices the cart and takes it. */
    Taken take(String cartId, Pricing pricing)
            throws IOException, InterruptedException, LostUpdateException;

    /** Gives the cart back in the state given. */
    void release(Cart held, Cart.State next) throws IOException;

    /**
     * Works out what a cart costs: shipping, taxes, discounts. It takes its time, and so a race its
     * chance.
     */
    @FunctionalInterface
    interface Pricing {
        /** The same cart with its price. */
        Cart price(Cart cart) throws InterruptedException;
    }

    /** A write destroyed somebody else's: the customer's last edit is gone. */
    final class LostUpdateException extends Exception {
        private static final long serialVersionUID = 1L;

        LostUpdateException(Cart seen, Cart destroyed) {
            super(
                    "the lock on cart "
                            + seen.id()
                            + " was taken at version "
                            + seen.version()
                            + " and destroyed version "
                            + destroyed.version());
        }
    }
}
