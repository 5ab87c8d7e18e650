package io.sluice.examples.shop.cart;

import com.fasterxml.jackson.annotation.JsonIgnore;

import java.util.ArrayList;
import java.util.List;

/**
 * A cart at one version.
 *
 * @param version rises by one with every write
 * @param priceCents the sum last shown to the customer; 0 before the first pricing
 */
public record Cart(String id, long version, List<Line> lines, State state, long priceCents) {
    public Cart {
        lines = List.copyOf(lines);
    }

    /** Where a cart stands. */
    public enum State {
        OPEN,
        /** A checkout holds it: edits are refused until it is done. */
        HELD,
        ORDERED
    }

    /**
     * So many of one product.
     *
     * @param quantity at least 1
     */
    public record Line(String sku, int quantity) {
        public Line {
            if (quantity < 1) {
                throw new IllegalArgumentException("quantity " + quantity + " is under 1");
            }
        }
    }

    /** A new and empty cart. */
    public static Cart empty(String id) {
        return new Cart(id, 0, List.of(), State.OPEN, 0);
    }

    /** The same cart with that product in that quantity, as a customer's edit leaves it. */
    public Cart with(Line line) {
        List<Line> changed = new ArrayList<>(lines);
        changed.removeIf(old -> old.sku().equals(line.sku()));
        changed.add(line);
        return new Cart(id, version, changed, state, priceCents);
    }

    /** The same cart in another state. */
    public Cart in(State next) {
        return new Cart(id, version, lines, next, priceCents);
    }

    /** The same cart at another price. */
    public Cart pricedAt(long cents) {
        return new Cart(id, version, lines, state, cents);
    }

    Cart at(long nextVersion) {
        return new Cart(id, nextVersion, lines, state, priceCents);
    }

    /** Whether the customer may change it. */
    @JsonIgnore
    public boolean isOpen() {
        return state == State.OPEN;
    }
}
