package io.sluice.examples.demo;

import io.sluice.examples.automation.CutoverPilot;
import io.sluice.examples.automation.CutoverPlan;
import io.sluice.examples.automation.Gate;
import io.sluice.examples.automation.HttpGate;
import io.sluice.examples.automation.HttpTraffic;
import io.sluice.examples.history.Backfill;
import io.sluice.examples.history.BaselinePlan;
import io.sluice.examples.http.HttpService;
import io.sluice.examples.http.Routed;
import io.sluice.examples.load.LoadGenerator;
import io.sluice.examples.shop.ShopService;
import io.sluice.examples.shop.monolith.MonolithMetrics;
import io.sluice.examples.telemetry.BusinessKpis;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The story: Sluice starts with an empty store, is told the monolith's past, and watches the shop
 * move. What the gate answers is Sluice's affair; here is only what the shop and its automation do.
 */
public final class Demo {
    private static final Duration PROGRESS = Duration.ofSeconds(20);

    private final DemoOptions options;
    private final Installation installation;
    private final Path folder;
    private final Clock clock = Clock.systemUTC();
    private final DecisionLog decisions = new DecisionLog();
    private final Narrator narrator;

    /**
     * @param folder an empty one for Sluice's store; the caller removes it
     */
    Demo(DemoOptions options, Installation installation, Path folder, PrintStream out) {
        this.options = options;
        this.installation = installation;
        this.folder = folder;
        this.narrator = new Narrator(out, clock.instant(), decisions);
    }

    /** Runs the demo where the launcher says; whether the story ended as it should. */
    public static boolean run(DemoOptions options, PrintStream out)
            throws IOException, InterruptedException {
        Installation installation = Installation.fromSystemProperties();
        try (TemporaryFolder folder = TemporaryFolder.create("sluice-demo")) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(folder)));
            return new Demo(options, installation, folder.path(), out).run();
        }
    }

    /** After Ctrl-C nothing is left behind, neither the server nor its store. */
    private static void cleanUp(TemporaryFolder folder) {
        List<ProcessHandle> children = ProcessHandle.current().children().toList();
        children.forEach(ProcessHandle::destroy);
        try {
            for (ProcessHandle child : children) {
                child.onExit().get(10, TimeUnit.SECONDS);
            }
            folder.close();
        } catch (InterruptedException | ExecutionException | TimeoutException | IOException _) {
            // The machine's owner finds the folder among the temporary ones.
        }
    }

    private boolean run() throws IOException, InterruptedException {
        MonolithMetrics metrics = new MonolithMetrics();
        try (HttpService metricsPage =
                        HttpService.start("monolith-metrics", new Routed(metrics.router()));
                AlertSink alerts = new AlertSink(clock, this::tell);
                SluiceServer sluice =
                        SluiceServer.start(
                                installation,
                                folder,
                                metricsPage.uri().resolve("/metrics"),
                                alerts.uri())) {
            narrator.plain("");
            narrator.plain("  Dashboard  " + sluice.api());
            narrator.plain("");
            Backfill.Sent history = tellThePast(sluice);
            return live(sluice, metrics, alerts, history);
        }
    }

    private void tell(AlertSink.Delivery alert) {
        String text =
                String.format(
                        Locale.ROOT,
                        "%s %s: %s burns its budget %.0f times too fast",
                        alert.severity(),
                        alert.status(),
                        alert.slo(),
                        alert.burnRate());
        narrator.line("alert", text, alert.deliveredAt());
    }

    private Backfill.Sent tellThePast(SluiceServer sluice)
            throws IOException, InterruptedException {
        say("history", "telling Sluice four weeks of the monolith, a Flash Friday among them");
        BaselinePlan plan =
                new BaselinePlan(
                        clock.instant(),
                        Settings.HISTORY_DAYS,
                        Settings.HISTORY_SPANS,
                        Settings.SEED);
        Backfill.Sent sent = new Backfill(sluice.collector().otlpHttp()).send(plan);
        Gate gate = new HttpGate(sluice.api());
        for (Gate.Deployment deployment : PastDeployments.before(clock.instant())) {
            gate.reportDeployment(deployment);
        }
        say(
                "history",
                String.format(
                        Locale.ROOT,
                        "%,d requests in %.1f s, %.2f %% of them failed",
                        sent.spans().requests(),
                        sent.took().toMillis() / 1e3,
                        100.0 * sent.spans().failures() / sent.spans().requests()));
        return sent;
    }

    private boolean live(
            SluiceServer sluice, MonolithMetrics metrics, AlertSink alerts, Backfill.Sent history)
            throws IOException, InterruptedException {
        awaitFirstScrape(metrics);
        try (ShopFlow shop =
                        new ShopFlow(sluice.collector(), metrics, Settings.SEED, options.fault());
                BusinessKpis kpis = new BusinessKpis(sluice.collector())) {
            Map<ShopService, CutoverPilot.Outcome> outcomes;
            LoadGenerator load =
                    new LoadGenerator(Settings.LOAD, shop.entrance(), kpis, Settings.SEED);
            try (load) {
                warmUp(load, shop);
                outcomes = moveServices(sluice, shop, load);
                say("load", "the new shop on its own, for the results' sake");
                Thread.sleep(Settings.AFTERWARDS);
            }
            shop.operations().close();
            Ending ending = new Ending();
            ending.outcomes(outcomes);
            ending.shares(shop.shares());
            for (ShopService service : outcomes.keySet()) {
                ending.firstRun(options.fault(), service, decisions.firstRun(service.tag()));
            }
            ending.unanswered(load.unanswered());
            ending.flushed(shop.flush());
            SluiceApi api = new SluiceApi(sluice.api());
            List<CountCheck.Row> counts =
                    CountCheck.settle(
                            new Ledger(shop, metrics, kpis, history),
                            api::counts,
                            Settings.SETTLE_MAX,
                            Thread::sleep);
            ending.counts(counts);
            List<SluiceApi.Result> results = api.results();
            conclude(ending, counts, results, alerts, shop);
            if (!options.once()) {
                serveOn(sluice, shop, kpis);
            }
            return ending.problems().isEmpty();
        }
    }

    /** From its first look at the counters on, Sluice knows every increase of them. */
    private void awaitFirstScrape(MonolithMetrics metrics)
            throws IOException, InterruptedException {
        Instant until = clock.instant().plus(Settings.SCRAPE_INTERVAL.multipliedBy(4));
        while (metrics.scrapes() == 0) {
            if (clock.instant().isAfter(until)) {
                throw new IOException("Sluice does not scrape the monolith");
            }
            Thread.sleep(Duration.ofMillis(50));
        }
    }

    private void warmUp(LoadGenerator load, ShopFlow shop) throws InterruptedException {
        say(
                "load",
                Settings.LOAD.users()
                        + " virtual users come to the shop; all but Search is on the monolith");
        load.start();
        Thread.sleep(Settings.WARM_UP.dividedBy(3).multipliedBy(2));
        long before = shop.counts().requests();
        Duration measured = Settings.WARM_UP.dividedBy(3);
        Thread.sleep(measured);
        tellRate(load, shop.counts().requests() - before, measured);
    }

    private void tellRate(LoadGenerator load, long requests, Duration during) {
        String text =
                String.format(
                        Locale.ROOT,
                        "%,.0f requests/s%s",
                        requests / (during.toMillis() / 1e3),
                        load.stretch() > 1.2 ? ", held back because the machine is busy" : "");
        say("load", text);
    }

    private Map<ShopService, CutoverPilot.Outcome> moveServices(
            SluiceServer sluice, ShopFlow shop, LoadGenerator load)
            throws IOException, InterruptedException {
        CutoverPilot pilot =
                new CutoverPilot(
                        new HttpGate(sluice.api()),
                        new HttpTraffic(shop.admin()),
                        shop::deploy,
                        narrator,
                        clock,
                        Thread::sleep);
        Instant until = clock.instant().plus(Settings.CUTOVERS_MAX);
        Map<ShopService, Future<CutoverPilot.Outcome>> flights = new EnumMap<>(ShopService.class);
        try (ExecutorService pilots = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Map.Entry<ShopService, List<String>> builds :
                    options.fault().builds().entrySet()) {
                CutoverPlan plan =
                        new CutoverPlan(builds.getKey().tag(), builds.getValue(), Settings.SHARES);
                flights.put(builds.getKey(), pilots.submit(() -> pilot.fly(plan, until)));
            }
            tellProgress(shop, load, flights);
            Map<ShopService, CutoverPilot.Outcome> outcomes = new EnumMap<>(ShopService.class);
            for (Map.Entry<ShopService, Future<CutoverPilot.Outcome>> flight : flights.entrySet()) {
                outcomes.put(flight.getKey(), flight.getValue().get());
            }
            return outcomes;
        } catch (ExecutionException e) {
            throw new IOException("a cutover broke off", e.getCause());
        }
    }

    private void tellProgress(
            ShopFlow shop,
            LoadGenerator load,
            Map<ShopService, Future<CutoverPilot.Outcome>> flights)
            throws InterruptedException {
        long before = shop.counts().requests();
        Instant next = clock.instant().plus(PROGRESS);
        while (!flights.values().stream().allMatch(Future::isDone)) {
            Thread.sleep(Duration.ofMillis(200));
            if (clock.instant().isAfter(next)) {
                long now = shop.counts().requests();
                tellRate(load, now - before, PROGRESS);
                before = now;
                next = next.plus(PROGRESS);
            }
        }
    }

    private void conclude(
            Ending ending,
            List<CountCheck.Row> counts,
            List<SluiceApi.Result> results,
            AlertSink alerts,
            ShopFlow shop)
            throws IOException {
        long exact = counts.stream().filter(CountCheck.Row::exact).count();
        say("counts", exact + " of " + counts.size() + " are exactly what was sent");
        Map<String, Double> shares = new TreeMap<>();
        shop.shares().forEach((service, share) -> shares.put(service.tag(), share));
        if (options.report().isPresent()) {
            DemoReport.of(
                            options.fault(),
                            ending.problems(),
                            counts,
                            decisions,
                            shares,
                            alerts.deliveries(),
                            results)
                    .write(options.report().get());
        }
        for (String problem : ending.problems()) {
            say("problem", problem);
        }
        if (ending.problems().isEmpty()) {
            say("story", "ended as it should");
        }
        narrator.results(results);
    }

    private void serveOn(SluiceServer sluice, ShopFlow shop, BusinessKpis kpis)
            throws InterruptedException {
        narrator.plain("  Still serving at " + sluice.api() + "; Ctrl-C ends it.");
        try (LoadGenerator gentle =
                new LoadGenerator(Settings.GENTLE_LOAD, shop.entrance(), kpis, Settings.SEED + 1)) {
            gentle.start();
            while (sluice.isAlive()) {
                Thread.sleep(Duration.ofMillis(500));
            }
        }
    }

    private void say(String subject, String text) {
        narrator.line(subject, text, clock.instant());
    }
}
