package io.sluice.examples.http;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds the route of a request; the first that fits wins.
 *
 * @param routes in the order in which they are tried
 */
public record Router(List<Route> routes) {
    public Router {
        routes = List.copyOf(routes);
    }

    /** A router over the routes given. */
    public static Router of(Route... routes) {
        return new Router(Arrays.asList(routes));
    }

    /** The route of the request, if there is one. */
    public Optional<Route> route(Request request) {
        String path = request.path();
        for (Route route : routes) {
            if (route.method().equals(request.method()) && route.matches(path)) {
                return Optional.of(route);
            }
        }
        return Optional.empty();
    }

    /**
     * One operation of a service.
     *
     * @param method the HTTP method
     * @param template a path whose last segment may be a variable, for example {@code
     *     /catalog/{id}}; also the value of {@code http.route}, so it has few values
     */
    public record Route(String method, String template, Handler handler) {
        boolean matches(String path) {
            int variable = template.indexOf('{');
            if (variable < 0) {
                return path.equals(template);
            }
            return path.length() > variable
                    && path.startsWith(template.substring(0, variable))
                    && path.indexOf('/', variable) < 0;
        }

        /** The value of the variable last segment of a request that this route matches. */
        public static String lastSegment(Request request) {
            String path = request.path();
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }
}
