package io.sluice.examples.load;

import io.sluice.examples.http.HttpCaller;
import io.sluice.examples.simulation.Pause;
import io.sluice.examples.simulation.Region;
import io.sluice.examples.telemetry.BusinessKpis;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/**
 * Virtual users in a closed loop: each makes a visit, thinks, and makes the next one. Thread-safe.
 *
 * <p>Everything that users decide comes from the seed. How many visits they make does not: a {@link
 * Governor} lets them come less often while the machine is behind, because a shop whose processor
 * is exhausted says nothing about the shop.
 */
public final class LoadGenerator implements AutoCloseable {
    private static final Duration THINKING_MIN = Duration.ofMillis(100);

    /** How many visits a user is at most behind its period before it takes the period anew. */
    private static final int CATCH_UP_VISITS = 2;

    private final LoadPlan plan;
    private final HttpCaller proxy;
    private final BusinessKpis kpis;
    private final long seed;
    private final Pause pause = Thread::sleep;
    private final ExecutorService tabs = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Thread> users = new ArrayList<>();
    private final LongAdder visits = new LongAdder();
    private final LongAdder unanswered = new LongAdder();
    private final Governor governor;
    private volatile boolean stopping;

    public LoadGenerator(LoadPlan plan, HttpCaller proxy, BusinessKpis kpis, long seed) {
        this.plan = plan;
        this.proxy = proxy;
        this.kpis = kpis;
        this.seed = seed;
        this.governor = new Governor();
    }

    /** Lets the users come. */
    public void start() {
        governor.start();
        for (int user = 0; user < plan.users(); user++) {
            int number = user;
            users.add(
                    Thread.ofVirtual()
                            .name("user-" + user)
                            .start(() -> visitAgainAndAgain(number)));
        }
    }

    private void visitAgainAndAgain(int user) {
        SplittableRandom random = new SplittableRandom(seed + user);
        try {
            pause.pause(plan.warmUp().multipliedBy(user).dividedBy(plan.users()));
            long dueNanos = System.nanoTime();
            for (int number = 0; !stopping; number++) {
                visit("u" + user + "-" + number, random.split());
                double jitter = 0.8 + 0.4 * random.nextDouble();
                long periodNanos =
                        (long) (plan.visitPeriod().toNanos() * governor.stretch() * jitter);
                long now = System.nanoTime();
                dueNanos = Math.max(dueNanos + periodNanos, now - CATCH_UP_VISITS * periodNanos);
                thinkUntil(Math.max(dueNanos, now + THINKING_MIN.toNanos()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sleeps in short pieces, so that a stop is noticed. */
    private void thinkUntil(long untilNanos) throws InterruptedException {
        for (long left = untilNanos - System.nanoTime();
                left > 0 && !stopping;
                left = untilNanos - System.nanoTime()) {
            pause.pause(Duration.ofNanos(Math.min(left, 500_000_000L)));
        }
    }

    private void visit(String name, SplittableRandom random) throws InterruptedException {
        try {
            Shop shop = new Shop(proxy, name, Region.any(random));
            new Visit(shop, kpis, random, pause, tabs).run();
            visits.increment();
        } catch (IOException e) {
            unanswered.increment();
        }
    }

    /** Visits that were made to their end. */
    public long visits() {
        return visits.sum();
    }

    /** Visits that ended because the proxy gave no answer; a healthy demo has none. */
    public long unanswered() {
        return unanswered.sum();
    }

    /**
     * How much longer than planned a user waits between visits at present; 1 when the machine keeps
     * up.
     */
    public double stretch() {
        return governor.stretch();
    }

    /** Ends the load: visits that have begun are made to their end. */
    @Override
    public void close() {
        stopping = true;
        governor.close();
        try {
            for (Thread user : users) {
                user.join(Duration.ofSeconds(30));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tabs.close();
    }
}
