package io.sluice.examples.shop.checkout;

import io.sluice.examples.shop.cart.Cart;

import java.io.IOException;
import java.util.Optional;

/**
 * The lock of the first build, 2.0.0-rc1, with its race: it reads the cart, checks that nobody
 * holds it, and writes it back held. Between reading and writing lies the pricing, and an edit that
 * comes within is overwritten.
 *
 * <p>It notices afterwards, because the cart that it replaced is not the one that it had read. By
 * then the edit is lost, so the checkout must fail rather than sell what the customer did not want.
 * With one user per cart, as in every test before the rollout, it never happens.
 */
final class ReadCheckWriteLock implements CartLock {
    private final Carts carts;

    ReadCheckWriteLock(Carts carts) {
        this.carts = carts;
    }

    @Override
    public Taken take(String cartId, Pricing pricing)
            throws IOException, InterruptedException, LostUpdateException {
        Optional<Cart> read = carts.read(cartId);
        if (read.isEmpty() || !read.get().isOpen()) {
            return new Taken.Refused("The cart is not open.");
        }
        Cart seen = read.get();
        Cart held = pricing.price(seen).in(Cart.State.HELD);
        Cart replaced = carts.overwrite(held);
        if (replaced.version() != seen.version()) {
            carts.overwrite(held.in(Cart.State.OPEN));
            throw new LostUpdateException(seen, replaced);
        }
        return new Taken.Held(held);
    }

    @Override
    public void release(Cart held, Cart.State next) throws IOException {
        carts.overwrite(held.in(next));
    }
}
