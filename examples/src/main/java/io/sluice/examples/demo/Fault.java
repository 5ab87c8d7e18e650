package io.sluice.examples.demo;

import io.sluice.examples.http.Handler;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Router;
import io.sluice.examples.http.Router.Route;
import io.sluice.examples.shop.ShopService;
import io.sluice.examples.shop.checkout.Build;
import io.sluice.examples.simulation.Dice;
import io.sluice.examples.simulation.Latency;
import io.sluice.examples.simulation.Pause;
import io.sluice.examples.simulation.Quota;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is wrong with the first build of one of the services. Each fault is one that a shop could
 * have; none of them knows of the gate.
 */
public enum Fault {
    /** A race in Checkout Core's cart lock, which a third of the checkouts meets. */
    RACE(ShopService.CHECKOUT, Build.RC1.version()),

    /**
     * Checkout Core asks a tax service that answers so many questions a second. A tenth of the
     * traffic stays under that, and half of it does not.
     */
    LATE(ShopService.CHECKOUT, "2.0.0-rc2"),

    /** Catalog cannot show one product in eight; its lists and the other products are fine. */
    ROUTE(ShopService.CATALOG, "3.1.0-rc1"),

    /** Auth waits for a lock, and answers everything in the end. */
    LATENCY(ShopService.AUTH, "2.2.0-rc1"),

    /** Nothing is. */
    NONE;

    private static final double TAX_QUESTIONS_PER_SECOND = 80;
    private static final int UNSHOWN_ONE_IN = 8;
    private static final Latency WAITING_FOR_THE_LOCK = new Latency(350, 0.3, 2_000);

    /** The builds without a fault. */
    private static final Map<ShopService, String> SOUND =
            Map.of(
                    ShopService.CATALOG, "3.1.0",
                    ShopService.CART, "1.0.0",
                    ShopService.CHECKOUT, Build.FIXED.version(),
                    ShopService.AUTH, "2.2.0");

    private final Optional<ShopService> service;
    private final String version;

    Fault() {
        this.service = Optional.empty();
        this.version = "";
    }

    Fault(ShopService service, String version) {
        this.service = Optional.of(service);
        this.version = version;
    }

    /** As it is written on the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The fault of this name. */
    static Optional<Fault> of(String word) {
        return Arrays.stream(values()).filter(fault -> fault.word().equals(word)).findFirst();
    }

    /** All names, as an option's choices are written. */
    static String words() {
        return Arrays.stream(values()).map(Fault::word).collect(Collectors.joining("|"));
    }

    /** Whose first build it is in; empty for {@link #NONE}. */
    Optional<ShopService> service() {
        return service;
    }

    /** The builds of each service that moves, in the order in which they are tried. */
    Map<ShopService, List<String>> builds() {
        Map<ShopService, List<String>> builds = new EnumMap<>(ShopService.class);
        SOUND.forEach(
                (which, sound) ->
                        builds.put(which, isOf(which) ? List.of(version, sound) : List.of(sound)));
        return builds;
    }

    private boolean isOf(ShopService which) {
        return service.equals(Optional.of(which));
    }

    /**
     * A build's routes, with the fault if it is in that build. The race is in the build itself.
     *
     * @param sound the routes as they should be
     */
    Router in(ShopService which, String build, Router sound, Dice dice, Pause pause) {
        if (!isOf(which) || !version.equals(build)) {
            return sound;
        }
        // One for the whole build: the contract counts questions, not who asks.
        Quota quota = new Quota(TAX_QUESTIONS_PER_SECOND, System::nanoTime);
        return new Router(
                sound.routes().stream()
                        .map(
                                route ->
                                        new Route(
                                                route.method(),
                                                route.template(),
                                                in(route, quota, dice, pause)))
                        .toList());
    }

    private Handler in(Route route, Quota quota, Dice dice, Pause pause) {
        Handler sound = route.handler();
        return switch (this) {
            case RACE, NONE -> sound;
            case LATE ->
                    request ->
                            quota.take()
                                    ? sound.handle(request)
                                    : Response.text(500, "The tax service answers no more.");
            case ROUTE ->
                    request ->
                            !route.template().contains("{")
                                            || Math.floorMod(
                                                            Route.lastSegment(request).hashCode(),
                                                            UNSHOWN_ONE_IN)
                                                    != 0
                                    ? sound.handle(request)
                                    : Response.text(500, "The product's page has no template.");
            case LATENCY ->
                    request -> {
                        pause.pause(WAITING_FOR_THE_LOCK.sample(dice.roll()));
                        return sound.handle(request);
                    };
        };
    }

    /** The metric that has to speak against the first build. */
    String metric() {
        return this == LATENCY ? "slow" : "errors";
    }

    /**
     * The share of the traffic from which on it shows; with less, nothing must speak against it.
     */
    double showsFrom() {
        return this == LATE ? 0.5 : 0;
    }
}
