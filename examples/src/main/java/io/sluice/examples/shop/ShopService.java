package io.sluice.examples.shop;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The services that the shop is cut into. */
public enum ShopService {
    CATALOG(List.of("/catalog", "/catalog/{id}")),
    CART(List.of("/cart", "/cart/items")),
    CHECKOUT(List.of("/checkout")),
    AUTH(List.of("/auth/login", "/auth/session")),
    SEARCH(List.of("/search"));

    private final String tag = name().toLowerCase(Locale.ROOT);

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable; its type does not say so.
    private final List<String> routes;

    ShopService(List<String> routes) {
        this.routes = routes;
    }

    /** As it stands in telemetry and in a cutover's name. */
    public String tag() {
        return tag;
    }

    /** The paths that customers reach it by. */
    public List<String> routes() {
        return routes;
    }

    /** The service of that tag. */
    public static Optional<ShopService> of(String tag) {
        for (ShopService service : values()) {
            if (service.tag.equals(tag)) {
                return Optional.of(service);
            }
        }
        return Optional.empty();
    }
}
