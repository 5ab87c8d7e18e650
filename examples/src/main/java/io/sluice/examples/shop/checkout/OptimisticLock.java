package io.sluice.examples.shop.checkout;

import io.sluice.examples.shop.cart.Cart;

import java.io.IOException;
import java.util.Optional;

/**
 * The lock of the fixed build, 2.0.0: the write that takes the cart names the version that was read
 * and priced. When an edit came between, nothing is written, and the cart is read and priced again.
 */
final class OptimisticLock implements CartLock {
    /**
     * A customer who changes the cart more often than this during one checkout is told to decide.
     */
    private static final int ATTEMPTS = 5;

    private final Carts carts;

    OptimisticLock(Carts carts) {
        this.carts = carts;
    }

    @Override
    public Taken take(String cartId, Pricing pricing) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Cart> read = carts.read(cartId);
            if (read.isEmpty() || !read.get().isOpen()) {
                return new Taken.Refused("The cart is not open.");
            }
            Optional<Cart> held =
                    carts.writeIfUnchanged(pricing.price(read.get()).in(Cart.State.HELD));
            if (held.isPresent()) {
                return new Taken.Held(held.get());
            }
        }
        return new Taken.Refused("The cart keeps changing.");
    }

    @Override
    public void release(Cart held, Cart.State next) throws IOException {
        if (carts.writeIfUnchanged(held.in(next)).isEmpty()) {
            throw new IOException("cart " + held.id() + " changed while it was held");
        }
    }
}
