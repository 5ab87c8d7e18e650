package io.sluice.examples.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Map;

class RouterTest {
    private static final Handler NOTHING = request -> Response.text(200, "");
    private static final Router.Route ITEM = new Router.Route("GET", "/catalog/{id}", NOTHING);
    private static final Router.Route LIST = new Router.Route("GET", "/catalog", NOTHING);
    private static final Router ROUTER = Router.of(LIST, ITEM);

    @Test
    void pathAndMethod_decide() {
        assertThat(ROUTER.route(request("GET", "/catalog?page=2"))).contains(LIST);
        assertThat(ROUTER.route(request("GET", "/catalog/p7"))).contains(ITEM);
        assertThat(ROUTER.route(request("GET", "/catalog/"))).isEmpty();
        assertThat(ROUTER.route(request("GET", "/catalog/p7/more"))).isEmpty();
        assertThat(ROUTER.route(request("POST", "/catalog"))).isEmpty();
    }

    @Test
    void lastSegment_isTheVariable() {
        assertThat(Router.Route.lastSegment(request("GET", "/catalog/p7?x=/y"))).isEqualTo("p7");
    }

    private static Request request(String method, String target) {
        return Request.of(method, target, Map.of());
    }
}
