package io.sluice.examples.shop.checkout;

/** The builds of Checkout Core, in the order in which they were made. */
public enum Build {
    /** The first, with a race in its cart-level lock. */
    RC1("2.0.0-rc1"),
    /** The one that holds carts by their version. */
    FIXED("2.0.0");

    private final String version;

    Build(String version) {
        this.version = version;
    }

    /** The {@code service.version}. */
    public String version() {
        return version;
    }

    CartLock lock(Carts carts) {
        return switch (this) {
            case RC1 -> new ReadCheckWriteLock(carts);
            case FIXED -> new OptimisticLock(carts);
        };
    }
}
