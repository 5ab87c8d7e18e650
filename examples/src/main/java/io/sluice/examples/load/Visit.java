package io.sluice.examples.load;

import io.sluice.examples.http.Response;
import io.sluice.examples.shop.auth.AuthService;
import io.sluice.examples.simulation.Pause;
import io.sluice.examples.telemetry.BusinessKpis;
import io.sluice.examples.telemetry.Side;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/**
 * One customer's visit: log in, look around, fill a cart, and order or leave. Each visit asks Auth,
 * Catalog, Cart and Checkout twice, so all four have the same rate.
 *
 * <p>Three of four customers change their cart in a second tab while one of the two checkout
 * requests is under way. That is what the lock of Checkout Core's first build does not stand.
 */
final class Visit {
    /** Customers who edit their cart during a checkout. */
    private static final double EDITING_RATIO = 0.75;

    /** Of all carts, so many are left behind: SHOPFLOW's figures before and after. */
    private static final Map<Side, Double> ABANDONED_RATIO =
            Map.of(Side.LEGACY, 0.70, Side.PLATFORM, 0.44);

    private static final double SEARCHING_RATIO = 0.15;
    private static final double PRESSING_TWICE_RATIO = 0.02;

    /**
     * The demo's checkouts are so much faster than a customer's who fills in forms; completion
     * times are told in shop time.
     */
    private static final int SHOP_TIME_FACTOR = 90;

    private static final Duration READING_THE_BILL = Duration.ofMillis(450);
    private static final int EDIT_DELAY_MILLIS_MIN = 10;
    private static final int EDIT_DELAY_MILLIS_MAX = 40;

    private final Shop shop;
    private final BusinessKpis kpis;
    private final RandomGenerator random;
    private final Pause pause;
    private final ExecutorService secondTab;

    Visit(Shop shop, BusinessKpis kpis, RandomGenerator random, Pause pause, ExecutorService tabs) {
        this.shop = shop;
        this.kpis = kpis;
        this.random = random;
        this.pause = pause;
        this.secondTab = tabs;
    }

    /** Makes the visit; an {@link IOException} means that the proxy itself did not answer. */
    void run() throws IOException, InterruptedException {
        String user = shop.visit();
        Response login = shop.post("/auth/login?user=" + user);
        kpis.count(BusinessKpis.SESSIONS, Shop.side(login), shop.region());
        shop.get("/catalog");
        if (random.nextDouble() < SEARCHING_RATIO) {
            shop.get("/search?q=" + Integer.toString(random.nextInt(36 * 36), 36));
        }
        shop.get("/catalog/p" + random.nextInt(2_000));
        Side cartSide = Shop.side(add());
        kpis.count(BusinessKpis.CARTS_CREATED, cartSide, shop.region());
        shop.get("/auth/session?user=" + user, Map.of("x-token", AuthService.tokenOf(user)));
        if (!checkOut(cartSide)) {
            kpis.count(BusinessKpis.CARTS_ABANDONED, cartSide, shop.region());
        }
    }

    private Response add() throws IOException {
        return shop.post("/cart/items?cart=" + shop.visit() + "&sku=p" + random.nextInt(2_000));
    }

    /** Whether an order came of it. */
    private boolean checkOut(Side cartSide) throws IOException, InterruptedException {
        boolean buys = random.nextDouble() >= ABANDONED_RATIO.getOrDefault(cartSide, 0.0);
        boolean edits = random.nextDouble() < EDITING_RATIO;
        boolean editsFirst = random.nextBoolean();
        boolean twice = random.nextDouble() < PRESSING_TWICE_RATIO;
        if (!edits) {
            shop.get("/cart?cart=" + shop.visit());
        }
        long startNanos = System.nanoTime();
        checkOutOnce("review", edits && editsFirst);
        pause.pause(READING_THE_BILL);
        Response last = checkOutOnce(buys ? "place" : "review", edits && !editsFirst);
        if (buys && twice) {
            last = checkOutOnce("place", false);
        }
        if (last.status() != 201) {
            return false;
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - startNanos);
        kpis.count(BusinessKpis.ORDERS, Shop.side(last), shop.region());
        kpis.completed(taken.multipliedBy(SHOP_TIME_FACTOR), Shop.side(last), shop.region());
        return true;
    }

    private Response checkOutOnce(String step, boolean editing)
            throws IOException, InterruptedException {
        String target = "/checkout?cart=" + shop.visit() + "&step=" + step;
        Map<String, String> key = Map.of("idempotency-key", "pay-" + shop.visit());
        if (!editing) {
            return shop.post(target, key);
        }
        Duration delay =
                Duration.ofMillis(random.nextInt(EDIT_DELAY_MILLIS_MIN, EDIT_DELAY_MILLIS_MAX));
        String edit = "/cart/items?cart=" + shop.visit() + "&sku=p" + random.nextInt(2_000);
        Future<Response> edited =
                secondTab.submit(
                        () -> {
                            pause.pause(delay);
                            return shop.post(edit);
                        });
        Response response = shop.post(target, key);
        try {
            edited.get();
        } catch (ExecutionException e) {
            throw new IOException("the edit in the second tab got no answer", e.getCause());
        }
        return response;
    }
}
