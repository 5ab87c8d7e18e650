package io.sluice.engine.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.TestRequests.Content;
import io.sluice.engine.TestRequests.Point;
import io.sluice.engine.TestRequests.Spans;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract.Identity;
import io.sluice.engine.store.InMemoryStore;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/** Whatever dies when: the store ends up with the same blocks, bit for bit. */
class FoldCrashTest {
    private static final long T = 1_800_000_000L;
    private static final long NANOS = 1_000_000_000L;
    private static final Fold.Limits LIMITS = new Fold.Limits(8, 3, 1000);

    private final Slo cart = TestDefinitions.slo("cart", "0.99", TestDefinitions.rolling(28));
    private final Slo monolith =
            TestDefinitions.slo(
                    "monolith",
                    BudgetingMethod.OCCURRENCES,
                    TestDefinitions.counter("monolith", "shop_requests_total"),
                    TestDefinitions.rolling(28));

    private final Slo cartMinutes =
            inMinutes("cart-minutes", TestDefinitions.errors("cart", "0.9"));
    private final Slo monolithMinutes =
            inMinutes(
                    "monolith-minutes", TestDefinitions.counter("monolith", "shop_requests_total"));

    private static Slo inMinutes(String name, Objective events) {
        return TestDefinitions.slo(
                name,
                BudgetingMethod.TIMESLICES,
                new Objective(
                        events.displayName(),
                        events.sli(),
                        events.indicator(),
                        events.threshold(),
                        events.target(),
                        Optional.of(new BigDecimal("0.9")),
                        Optional.of(Duration.ofMinutes(1)),
                        events.weight()),
                TestDefinitions.rolling(28));
    }

    /** A store that can be told to fail at the end of its transactions. */
    private static final class FailingStore {
        boolean fails;

        Store around(Store store) {
            return (Store)
                    Proxy.newProxyInstance(
                            Store.class.getClassLoader(),
                            new Class<?>[] {Store.class},
                            (proxy, method, arguments) -> {
                                if (fails && method.getName().equals("commit")) {
                                    store.commit(tx -> failAfter(tx, arguments[0]));
                                }
                                try {
                                    return method.invoke(store, arguments);
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            });
        }

        @SuppressWarnings("unchecked")
        private static void failAfter(Store.Transaction tx, Object work) {
            ((Consumer<Store.Transaction>) work).accept(tx);
            throw new StoreException("disk full", new IllegalStateException());
        }
    }

    private List<LogEntry> history(Random random, FoldHarness h) {
        List<LogEntry> entries = new ArrayList<>();
        long now = T;
        long requests = 0;
        long errors = 0;
        entries.add(DefinitionsRecord.entry(h.definitions.set("one", cart), now * NANOS));
        for (int i = 0; i < 60; i++) {
            now += random.nextInt(400);
            long bucket = now / 10 * 10 - 10L * random.nextInt(20);
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    Identity identity =
                            random.nextBoolean() ? new Identity(random.nextInt(10), 0) : null;
                    String route = "/" + random.nextInt(5);
                    int good = random.nextInt(9);
                    Spans spans = new Spans("cart", route, bucket, good, random.nextInt(2));
                    entries.add(h.requests.spans(now, identity, spans));
                }
                case 2, 3 -> {
                    requests += random.nextInt(100);
                    List<Point> points = new ArrayList<>();
                    points.add(new Point("monolith", 1, false, 0, now * NANOS, requests));
                    if (errors > 0 || random.nextInt(3) == 0) {
                        errors += random.nextInt(5);
                        points.add(new Point("monolith", 2, true, 0, now * NANOS, errors));
                    }
                    Map<String, String> target = Map.of(LogEntry.TARGET, "monolith:9180");
                    entries.add(h.requests.points(now, target, points.toArray(Point[]::new)));
                }
                case 4 -> {
                    long old = bucket - 86_400L * random.nextInt(30);
                    Content content =
                            new Content(
                                    null, List.of(new Spans("cart", "/old", old, 3, 1)), List.of());
                    entries.add(h.requests.entry(now, true, Map.of(), content));
                }
                default ->
                        entries.add(
                                DefinitionsRecord.entry(
                                        switch (random.nextInt(4)) {
                                            case 0 -> h.definitions.set("one", cart);
                                            case 1 -> h.definitions.set("both", cart, monolith);
                                            case 2 -> h.definitions.set("min", cart, cartMinutes);
                                            default ->
                                                    h.definitions.set(
                                                            "all",
                                                            cart,
                                                            cartMinutes,
                                                            monolith,
                                                            monolithMinutes);
                                        },
                                        now * NANOS));
            }
        }
        return entries;
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void killsAndFailingStores_leaveTheSameBlocksAsAnUninterruptedReplay(@ForAll Random random) {
        FailingStore failing = new FailingStore();
        FoldHarness interrupted = new FoldHarness(failing.around(new InMemoryStore()), LIMITS);
        for (LogEntry entry : history(random, interrupted)) {
            interrupted.take(entry);
            switch (random.nextInt(8)) {
                case 0 -> interrupted.fold.checkpoint();
                case 1 -> {
                    failing.fails = true;
                    try {
                        interrupted.fold.checkpoint();
                    } catch (StoreException e) {
                        assertThat(e).hasMessage("disk full");
                    }
                    failing.fails = false;
                }
                case 2 -> {
                    interrupted.reopen();
                    interrupted.catchUp();
                }
                case 3 -> interrupted.countRetroactively();
                case 4 -> interrupted.countSomeRetroactively(random);
                default -> {}
            }
        }
        interrupted.countRetroactively();
        interrupted.fold.checkpoint();

        assertReplayIsTheSame(interrupted);
    }

    /**
     * Where every group counts towards one limit, what takes its place when decides who gets in.
     */
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void whenTheLimitOfAllSeriesIsReached_aReplayAdmitsTheSameGroups(@ForAll Random random) {
        Fold.Limits tight = new Fold.Limits(8, 3, 6);
        FoldHarness interrupted = new FoldHarness(new InMemoryStore(), tight);
        long second = T;
        for (LogEntry entry : history(random, interrupted)) {
            second = entry.receivedAtNanos() / NANOS;
            interrupted.take(entry);
            switch (random.nextInt(8)) {
                case 0 -> interrupted.fold.checkpoint();
                case 1 -> {
                    interrupted.reopen();
                    interrupted.catchUp();
                }
                case 2, 3 -> interrupted.countRetroactivelyByRecord(second);
                case 4 -> interrupted.countSomeRetroactively(random);
                case 5 ->
                        interrupted.take(
                                OwnRecord.limits(
                                        new Fold.Limits(8, 3, 4 + random.nextInt(6)),
                                        second * NANOS));
                default -> {}
            }
        }
        interrupted.countRetroactivelyByRecord(second);
        interrupted.fold.checkpoint();

        assertReplayIsTheSame(interrupted);
        interrupted.reopen();
        assertThat(interrupted.fold.limits())
                .isEqualTo(interrupted.withEmptyStore().limitsAfterAll());
    }

    private static void assertReplayIsTheSame(FoldHarness interrupted) {
        FoldHarness replay = interrupted.withEmptyStore();
        replay.catchUp();
        replay.countRetroactively();
        replay.fold.checkpoint();

        assertThat(interrupted.storedBlocks()).isNotEmpty();
        assertThat(replay.storedBlocks()).isEqualTo(interrupted.storedBlocks());
    }
}
