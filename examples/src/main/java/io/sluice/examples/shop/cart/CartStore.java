package io.sluice.examples.shop.cart;

import io.sluice.examples.shop.BoundedMap;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The carts. Thread-safe; each write is atomic and raises the version by one.
 *
 * <p>One store serves both sides: while a service moves, monolith and platform see the same carts,
 * which in real life is change data capture between two databases. It is therefore also where a
 * lock that is none shows.
 */
public final class CartStore {
    /** More than are alive at once: the oldest are long ordered or left. */
    private static final int CARTS_MAX = 100_000;

    private final BoundedMap<Cart> carts = new BoundedMap<>(CARTS_MAX);

    /** What became of a conditional write. */
    public sealed interface Write {
        /** It is done; this is the cart now. */
        record Done(Cart cart) implements Write {}

        /** Somebody else wrote first; this is the cart that they left. */
        record Conflict(Cart current) implements Write {}

        /** There is no such cart. */
        record Missing() implements Write {}
    }

    /** The cart as it is now. */
    public Optional<Cart> find(String id) {
        return carts.find(id);
    }

    /** The cart as it is now, new if need be. */
    public Cart findOrCreate(String id) {
        return carts.findOrCreate(id, Cart::empty);
    }

    /** Writes the cart if nobody has written since its version: optimistic locking. */
    public Write writeIfUnchanged(Cart next) {
        AtomicReference<Write> result = new AtomicReference<>(new Write.Missing());
        carts.update(
                next.id(),
                current -> {
                    if (current.version() != next.version()) {
                        result.set(new Write.Conflict(current));
                        return current;
                    }
                    Cart written = next.at(current.version() + 1);
                    result.set(new Write.Done(written));
                    return written;
                });
        return result.get();
    }

    /**
     * Writes the cart whatever has been written since: the last writer wins.
     *
     * @return the cart that this write replaced
     */
    public Optional<Cart> overwrite(Cart next) {
        AtomicReference<Cart> replaced = new AtomicReference<>();
        carts.update(
                next.id(),
                current -> {
                    replaced.set(current);
                    return next.at(current.version() + 1);
                });
        return Optional.ofNullable(replaced.get());
    }

    /**
     * Changes the cart's state and nothing else, as a database's row lock would; empty when there
     * is no such cart.
     */
    public Optional<Cart> transition(String id, Cart.State next) {
        return carts.update(id, current -> current.in(next).at(current.version() + 1));
    }
}
