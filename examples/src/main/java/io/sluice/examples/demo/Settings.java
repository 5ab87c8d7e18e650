package io.sluice.examples.demo;

import io.sluice.examples.load.LoadPlan;

import java.time.Duration;
import java.util.List;

/**
 * The demo's figures. They are chosen for two cores: a step of 1 % needs some 20,000 requests of
 * its service for a GO, and the four cutovers run side by side.
 */
final class Settings {
    /**
     * Fixes every input of the demo. Counts still differ from run to run, as threads meet
     * differently.
     */
    static final long SEED = 20260214;

    /** 28 days in at most 15 s. */
    static final int HISTORY_DAYS = 28;

    static final long HISTORY_SPANS = 1_000_000;

    /** The load while services are moved. */
    static final LoadPlan LOAD =
            new LoadPlan(1_000, Duration.ofMillis(4_500), Duration.ofSeconds(20));

    /** The load that goes on afterwards, so that the pages stay alive. */
    static final LoadPlan GENTLE_LOAD =
            new LoadPlan(200, Duration.ofMillis(4_500), Duration.ofSeconds(2));

    /** From the first user to the first step: a cold JVM's latencies are no baseline. */
    static final Duration WARM_UP = Duration.ofSeconds(30);

    /** When the automation stops waiting for the gate, counted from the first step. */
    static final Duration CUTOVERS_MAX = Duration.ofMinutes(8);

    /** How long the load goes on when all is moved: the results' "after". */
    static final Duration AFTERWARDS = Duration.ofSeconds(45);

    /** How long counts may take to become equal once the load has ended. */
    static final Duration SETTLE_MAX = Duration.ofSeconds(20);

    static final Duration SCRAPE_INTERVAL = Duration.ofSeconds(5);

    /** As the shipped cutovers plan them. */
    static final List<Double> SHARES = List.of(0.01, 0.10, 0.50, 1.00);

    /** How often the platform fails; 0.0375 of the monolith's. */
    static final double PLATFORM_FAILURE_RATIO = 0.0003;

    /** Of all confirmation mails, so many meet a mail server that is busy. */
    static final double MAIL_FAILURE_RATIO = 0.1;

    private Settings() {}
}
