package io.sluice.examples.demo;

import io.sluice.examples.automation.Gate;
import io.sluice.examples.http.Handler;
import io.sluice.examples.http.HttpCaller;
import io.sluice.examples.http.HttpService;
import io.sluice.examples.http.Routed;
import io.sluice.examples.http.Router;
import io.sluice.examples.operations.OperationsEmitter;
import io.sluice.examples.proxy.ProxyAdmin;
import io.sluice.examples.proxy.ProxyCounts;
import io.sluice.examples.proxy.StranglerProxy;
import io.sluice.examples.proxy.TrafficSplit;
import io.sluice.examples.proxy.Upstream;
import io.sluice.examples.shop.ShopService;
import io.sluice.examples.shop.auth.AuthService;
import io.sluice.examples.shop.bus.EventBus;
import io.sluice.examples.shop.cart.CartService;
import io.sluice.examples.shop.cart.CartStore;
import io.sluice.examples.shop.catalog.CatalogService;
import io.sluice.examples.shop.checkout.Build;
import io.sluice.examples.shop.checkout.CheckoutService;
import io.sluice.examples.shop.monolith.Monolith;
import io.sluice.examples.shop.monolith.MonolithMetrics;
import io.sluice.examples.shop.search.SearchService;
import io.sluice.examples.simulation.Dice;
import io.sluice.examples.simulation.Latency;
import io.sluice.examples.simulation.Pause;
import io.sluice.examples.simulation.Work;
import io.sluice.examples.telemetry.Collector;
import io.sluice.examples.telemetry.Protocol;
import io.sluice.examples.telemetry.ServiceIdentity;
import io.sluice.examples.telemetry.ServiceTelemetry;
import io.sluice.examples.telemetry.TracedService;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole shop: monolith, platform, proxy. It starts in the order of the calls, from the carts to
 * the proxy, and {@link #close} ends it the other way round, so that what was asked is answered and
 * what was answered is told.
 */
final class ShopFlow implements AutoCloseable {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

    /** The platform's lead time: SHOPFLOW's three hours from commit to deployment. */
    private static final Duration LEAD_TIME = Duration.ofHours(3);

    private final Collector collector;
    private final long seed;
    private final Fault fault;
    private final Pause pause = Thread::sleep;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final List<ServiceTelemetry> telemetries = new ArrayList<>();
    private final Map<String, List<TracedService>> services = new HashMap<>();
    private final CartStore carts = new CartStore();
    private final TrafficSplit split = new TrafficSplit();
    private final EventBus bus;
    private final StranglerProxy proxy;
    private final HttpCaller cartCaller;
    private final HttpCaller proxyCaller;
    private final HttpCaller adminCaller;
    private final OperationsEmitter operations;

    ShopFlow(Collector collector, MonolithMetrics monolithMetrics, long seed, Fault fault) {
        this.collector = collector;
        this.seed = seed;
        this.fault = fault;
        bus = keep(eventBus());
        ServiceTelemetry monolithTelemetry =
                telemetry(new ServiceIdentity("monolith", "10.4"), Protocol.GRPC);
        Monolith monolith =
                new Monolith(
                        carts,
                        monolithTelemetry.tracer(),
                        monolithMetrics,
                        dice("monolith"),
                        pause);
        HttpCaller monolithCaller =
                serve("monolith", describe(monolith.router(), monolithTelemetry));
        ServiceTelemetry cart = telemetry(new ServiceIdentity("cart", "1.0.0"), Protocol.HTTP);
        cartCaller =
                serve(
                        "cart",
                        traced(
                                "cart",
                                new CartService(carts, work(18), dice("cart"), pause).router(),
                                cart));
        ServiceTelemetry entrance =
                telemetry(new ServiceIdentity("strangler-proxy", "1.0"), Protocol.HTTP);
        proxy =
                new StranglerProxy(
                        entrance.tracer(), split, new Upstream("monolith-10.4", monolithCaller));
        deploySearch();
        proxyCaller = serve("strangler-proxy", proxy);
        adminCaller = serve("proxy-admin", new Routed(new ProxyAdmin(split).router()));
        operations =
                keep(
                        OperationsEmitter.start(
                                collector,
                                dice("operations"),
                                () -> split.share(ShopService.CHECKOUT)));
    }

    private static TracedService describe(Router router, ServiceTelemetry telemetry) {
        return new TracedService(
                router,
                telemetry,
                (span, request) ->
                        Arrays.stream(ShopService.values())
                                .filter(s -> request.path().startsWith("/" + s.tag()))
                                .findFirst()
                                .ifPresent(s -> span.setAttribute("shop.service", s.tag())));
    }

    private EventBus eventBus() {
        Dice mail = dice("mail");
        EventBus.Subscriber mailer =
                event ->
                        new Work(new Latency(20, 0.3, 500), Settings.MAIL_FAILURE_RATIO)
                                .perform(mail.roll(), pause);
        EventBus.Subscriber stock =
                event -> new Work(new Latency(5, 0.3, 100), 0).perform(mail.roll(), pause);
        return new EventBus(Map.of("order-placed", List.of(mailer, stock)), pause);
    }

    /**
     * Puts a build of a platform service in service behind the proxy; its share stays what it is.
     *
     * @return the deployment, of just now
     */
    Gate.Deployment deploy(String service, String version) {
        ServiceIdentity identity = new ServiceIdentity(service, version);
        ShopService which = ShopService.of(service).orElseThrow();
        switch (which) {
            case CATALOG -> {
                CatalogService catalog =
                        new CatalogService(work(18), work(45), dice(service), pause);
                deploy(which, identity, Protocol.GRPC, catalog.router());
            }
            case CART ->
                    // Runs already, for the services that ask for carts: all it needs is customers.
                    proxy.deploy(which, new Upstream(service + "-" + version, cartCaller));
            case CHECKOUT -> {
                Build build = version.equals(Build.RC1.version()) ? Build.RC1 : Build.FIXED;
                CheckoutService checkout =
                        CheckoutService.of(
                                build,
                                cartCaller,
                                Settings.PLATFORM_FAILURE_RATIO,
                                bus,
                                dice(service + version),
                                pause);
                deploy(which, identity, Protocol.GRPC, checkout.router());
            }
            case AUTH -> {
                AuthService auth = new AuthService(work(15), dice(service), pause);
                deploy(which, identity, Protocol.HTTP, auth.router());
            }
            case SEARCH -> deploySearch();
        }
        Instant now = Instant.now();
        return new Gate.Deployment(service, version, now, now.minus(LEAD_TIME));
    }

    /** Search moved long ago: all of its traffic is on the platform. */
    private void deploySearch() {
        SearchService search = new SearchService(work(30), dice("search"), pause);
        deploy(
                ShopService.SEARCH,
                new ServiceIdentity("search", "1.4.0"),
                Protocol.HTTP,
                search.router());
        split.setShare(ShopService.SEARCH, 1);
    }

    private void deploy(
            ShopService service, ServiceIdentity identity, Protocol protocol, Router router) {
        HttpCaller caller =
                serve(
                        identity.name(),
                        traced(
                                identity.name(),
                                fault.in(service, identity.version(), router, dice("fault"), pause),
                                telemetry(identity, protocol)));
        proxy.deploy(service, new Upstream(identity.name() + "-" + identity.version(), caller));
    }

    private synchronized TracedService traced(
            String name, Router router, ServiceTelemetry telemetry) {
        TracedService service = new TracedService(router, telemetry);
        services.computeIfAbsent(name, n -> new ArrayList<>()).add(service);
        return service;
    }

    /** Work of the platform, which rarely fails. */
    private static Work work(double medianMillis) {
        return new Work(new Latency(medianMillis, 0.4, 2_000), Settings.PLATFORM_FAILURE_RATIO);
    }

    private Dice dice(String name) {
        return new Dice(seed, name);
    }

    private synchronized ServiceTelemetry telemetry(ServiceIdentity identity, Protocol protocol) {
        ServiceTelemetry telemetry = keep(ServiceTelemetry.start(identity, collector, protocol));
        telemetries.add(telemetry);
        return telemetry;
    }

    private HttpCaller serve(String name, Handler handler) {
        HttpService service = keep(HttpService.start(name, handler));
        return keep(new HttpCaller(service.port(), CALL_TIMEOUT));
    }

    private synchronized <T extends AutoCloseable> T keep(T part) {
        running.push(part);
        return part;
    }

    /** The entrance, for customers. */
    HttpCaller entrance() {
        return proxyCaller;
    }

    /** The proxy's switchboard, for the automation. */
    HttpCaller admin() {
        return adminCaller;
    }

    /** What the proxy answered. */
    ProxyCounts counts() {
        return proxy.counts();
    }

    /** Requests that a platform service answered, all builds of it together. */
    synchronized long answered(ShopService service) {
        return builds(service).stream().mapToLong(TracedService::answered).sum();
    }

    /** Of those, how many with 5xx. */
    synchronized long failed(ShopService service) {
        return builds(service).stream().mapToLong(TracedService::failed).sum();
    }

    private List<TracedService> builds(ShopService service) {
        return services.getOrDefault(service.tag(), List.of());
    }

    /** The emitters of operational figures. */
    OperationsEmitter operations() {
        return operations;
    }

    /** Which share of each service is on the platform. */
    Map<ShopService, Double> shares() {
        return split.shares();
    }

    /** The bus behind the checkout. */
    EventBus bus() {
        return bus;
    }

    /**
     * Waits until every span that has ended is accepted by Sluice, for each service at most half a
     * minute; false if some are not.
     */
    synchronized boolean flush() {
        boolean all = true;
        for (ServiceTelemetry telemetry : telemetries) {
            // The others are waited for, too: their counts are compared next.
            all &= telemetry.flush();
        }
        return all;
    }

    /** Ends every part, also where one of them does not end. */
    @Override
    public synchronized void close() throws IOException {
        @Nullable IOException failed = null;
        while (!running.isEmpty()) {
            AutoCloseable part = running.pop();
            try {
                part.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                IOException one = new IOException(part + " did not close", e);
                if (failed == null) {
                    failed = one;
                } else {
                    failed.addSuppressed(one);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
