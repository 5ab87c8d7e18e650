package io.sluice.examples.shop.checkout;

import io.sluice.examples.shop.cart.Cart;

import java.io.IOException;
import java.util.Optional;

/** The Cart service as Checkout Core sees it. Every call may fail like a call over a network. */
interface Carts {
    /** The cart as it is now. */
    Optional<Cart> read(String id) throws IOException;

    /**
     * Writes over exactly the version that the cart names; empty when somebody else wrote first.
     */
    Optional<Cart> writeIfUnchanged(Cart next) throws IOException;

    /**
     * Writes whatever was written since.
     *
     * @return the cart that was replaced
     */
    Cart overwrite(Cart next) throws IOException;
}
