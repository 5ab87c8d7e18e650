package io.sluice.examples.proxy;

import io.sluice.examples.shop.ShopService;

import java.util.Optional;

/**
 * Where a path belongs.
 *
 * @param template the {@code http.route}
 */
record ProxyRoute(ShopService service, String template) {

    /** The route of a path, if it is one of the shop's. */
    static Optional<ProxyRoute> of(String path) {
        for (ShopService service : ShopService.values()) {
            for (String template : service.routes()) {
                if (matches(template, path)) {
                    return Optional.of(new ProxyRoute(service, template));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean matches(String template, String path) {
        int variable = template.indexOf('{');
        return variable < 0
                ? path.equals(template)
                : path.length() > variable && path.startsWith(template.substring(0, variable));
    }
}
