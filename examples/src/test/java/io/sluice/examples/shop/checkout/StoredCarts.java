package io.sluice.examples.shop.checkout;

import io.sluice.examples.shop.cart.Cart;
import io.sluice.examples.shop.cart.CartStore;

import java.io.IOException;
import java.util.Optional;

/** Carts without the network between. */
record StoredCarts(CartStore store) implements Carts {
    @Override
    public Optional<Cart> read(String id) {
        return store.find(id);
    }

    @Override
    public Optional<Cart> writeIfUnchanged(Cart next) {
        return store.writeIfUnchanged(next) instanceof CartStore.Write.Done(Cart written)
                ? Optional.of(written)
                : Optional.empty();
    }

    @Override
    public Cart overwrite(Cart next) throws IOException {
        return store.overwrite(next).orElseThrow(() -> new IOException("gone"));
    }
}
