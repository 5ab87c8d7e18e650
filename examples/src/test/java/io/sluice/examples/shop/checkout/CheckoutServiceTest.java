package io.sluice.examples.shop.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Routed;
import io.sluice.examples.shop.bus.EventBus;
import io.sluice.examples.shop.cart.Cart;
import io.sluice.examples.shop.cart.CartStore;
import io.sluice.examples.simulation.Dice;
import io.sluice.examples.simulation.Pause;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

class CheckoutServiceTest {
    private static final Pause NO_TIME = duration -> {};

    private final CartStore store = new CartStore();
    private final Backends backends = new Backends(0, NO_TIME);

    @ParameterizedTest
    @EnumSource(Build.class)
    void undisturbedCheckout_succeedsWithEveryBuild(Build build) throws Exception {
        cart("c");
        Routed service = service(build, NO_TIME, backends);
        assertThat(review(service, "c").status()).isEqualTo(200);
        Response placed = place(service, "c", "k");
        assertThat(placed.status()).isIn(201, 402);
        assertThat(store.find("c").orElseThrow().state())
                .isEqualTo(placed.status() == 201 ? Cart.State.ORDERED : Cart.State.OPEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"review", "place"})
    void firstBuild_losesTheEditThatComesDuringPricing_andFails(String step) throws Exception {
        cart("c");
        Routed service = service(Build.RC1, editDuringFirstPause("c"), backends);
        assertThat(post(service, "c", step, "k").status()).isEqualTo(500);
        Cart after = store.find("c").orElseThrow();
        assertThat(after.isOpen()).isTrue();
        assertThat(after.lines()).doesNotContain(new Cart.Line("late", 1));
        assertThat(backends.payments()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"review", "place"})
    void fixedBuild_pricesAgain_andKeepsTheEdit(String step) throws Exception {
        cart("c");
        Routed service = service(Build.FIXED, editDuringFirstPause("c"), backends);
        assertThat(post(service, "c", step, "k").status()).isLessThan(500);
        assertThat(store.find("c").orElseThrow().lines()).contains(new Cart.Line("late", 1));
    }

    @ParameterizedTest
    @EnumSource(Build.class)
    void ofManyCheckoutsWithEdits_theFirstBuildFailsOneInTwo_theFixedOneNone(Build build)
            throws Exception {
        AtomicInteger number = new AtomicInteger();
        AtomicInteger pauses = new AtomicInteger();
        // The first pause of each checkout is its pricing; every other checkout is edited then.
        Pause editing =
                duration -> {
                    int n = number.get();
                    if (pauses.getAndIncrement() == 0 && n % 2 == 0) {
                        edit("c" + n);
                    }
                };
        Routed service = service(build, editing, backends);
        int failures = 0;
        for (int n = 0; n < 200; n++) {
            cart("c" + n);
            number.set(n);
            pauses.set(0);
            failures += review(service, "c" + n).failed() ? 1 : 0;
        }
        assertThat(failures).isEqualTo(build == Build.RC1 ? 100 : 0);
    }

    @Test
    void cartThatNeverRests_isRefusedAndNotFailed() throws Exception {
        cart("c");
        Routed service = service(Build.FIXED, duration -> edit("c"), backends);
        assertThat(review(service, "c").status()).isEqualTo(409);
        assertThat(store.find("c").orElseThrow().isOpen()).isTrue();
    }

    @Test
    void failedPayment_isCompensated() throws Exception {
        cart("c");
        Backends failing = new Backends(1, NO_TIME);
        Routed service = service(Build.FIXED, NO_TIME, failing);
        assertThat(place(service, "c", "k").status()).isEqualTo(500);
        assertThat(failing.reservations()).isZero();
        assertThat(failing.payments()).isZero();
        assertThat(failing.orders()).isZero();
        assertThat(store.find("c").orElseThrow().isOpen()).isTrue();
    }

    @Test
    void sameKey_ordersOnce() throws Exception {
        Routed service = service(Build.FIXED, NO_TIME, backends);
        for (int n = 0; n < 50; n++) {
            cart("c" + n);
            Response first = place(service, "c" + n, "k" + n);
            assertThat(place(service, "c" + n, "k" + n)).isEqualTo(first);
        }
        assertThat(backends.orders()).isEqualTo(backends.payments()).isBetween(40L, 50L);
    }

    @Test
    void requestsThatSayTooLittle_areTheClientsMistake() throws Exception {
        cart("c");
        Routed service = service(Build.FIXED, NO_TIME, backends);
        assertThat(call(service, "/checkout?step=review", Map.of()).status()).isEqualTo(400);
        assertThat(call(service, "/checkout?cart=c", Map.of()).status()).isEqualTo(400);
        assertThat(call(service, "/checkout?cart=c&step=place", Map.of()).status()).isEqualTo(400);
        assertThat(review(service, "none").status()).isEqualTo(409);
    }

    private void cart(String id) {
        store.writeIfUnchanged(store.findOrCreate(id).with(new Cart.Line("p1", 2)));
    }

    private void edit(String id) {
        store.writeIfUnchanged(store.find(id).orElseThrow().with(new Cart.Line("late", 1)));
    }

    private Pause editDuringFirstPause(String id) {
        AtomicInteger pauses = new AtomicInteger();
        return duration -> {
            if (pauses.getAndIncrement() == 0) {
                edit(id);
            }
        };
    }

    private Routed service(Build build, Pause pause, Backends behind) {
        EventBus bus = new EventBus(Map.of(), NO_TIME);
        Dice dice = new Dice(1, "checkout");
        CartLock lock = build.lock(new StoredCarts(store));
        return new Routed(new CheckoutService(lock, behind, bus, dice, pause).router());
    }

    private static Response review(Routed service, String cart) throws Exception {
        return post(service, cart, "review", "");
    }

    private static Response place(Routed service, String cart, String key) throws Exception {
        return post(service, cart, "place", key);
    }

    private static Response post(Routed service, String cart, String step, String key)
            throws Exception {
        String target = "/checkout?cart=" + cart + "&step=" + step;
        return call(service, target, Map.of("idempotency-key", key));
    }

    private static Response call(Routed service, String target, Map<String, String> headers) {
        try {
            return service.handle(Request.of("POST", target, headers));
        } catch (Exception e) {
            // What the server makes of it.
            return Response.text(500, String.valueOf(e.getMessage()));
        }
    }
}
