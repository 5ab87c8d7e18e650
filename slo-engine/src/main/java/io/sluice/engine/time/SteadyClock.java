package io.sluice.engine.time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The wall clock, except when that is set: then it goes on by elapsed time, until it is known which
 * of the two is right. Senders tell: live events happen at about the time of their receipt, by the
 * clock that is right. Thread-safe.
 *
 * <p>A wall clock that is set back by mistake, or forward, so changes nothing; one that is
 * corrected is believed as soon as {@value #VOTES} requests agree with it. Where nobody tells for a
 * minute, as after a machine slept, a clock that went forward is believed, since time does pass
 * unseen; one that went back is not, since what was counted would come again.
 */
public final class SteadyClock implements InstantSource {

    /** So much a clock may be set at once as if nothing had happened. */
    static final Duration STEP = Duration.ofSeconds(30);

    /** So many requests decide. */
    static final int VOTES = 20;

    /** For so long senders are waited for where time went forward. */
    static final Duration UNHEARD = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(SteadyClock.class);

    private final InstantSource wall;
    private final LongSupplier nanoTime;

    /** Elapsed time and the time that it stood for, when they were last looked at. */
    private long lastNanos;

    private Instant last;

    /** How far the wall clock is ahead of us; zero but after a step. Behind if negative. */
    private Duration offset = Duration.ZERO;

    private long steppedNanos;
    private int forWall;
    private int forUs;
    private long steps;
    private Runnable moved = () -> {};

    /**
     * @param wall what may be set
     * @param nanoTime tells elapsed time
     */
    public SteadyClock(InstantSource wall, LongSupplier nanoTime) {
        this.wall = wall;
        this.nanoTime = nanoTime;
        this.last = wall.instant();
        this.lastNanos = nanoTime.getAsLong();
    }

    /** Calls this whenever this clock itself has moved by a step; on any thread. */
    public synchronized void onMove(Runnable listener) {
        moved = listener;
    }

    /** How often the wall clock was set by more than half a minute, since start. */
    public synchronized long steps() {
        return steps;
    }

    /** How far the wall clock is ahead of this one, in seconds; behind if negative. */
    public synchronized long aheadSeconds() {
        return offset.toSeconds();
    }

    @Override
    public synchronized Instant instant() {
        long nanos = nanoTime.getAsLong();
        Instant now = wall.instant();
        Instant expected = last.plusNanos(nanos - lastNanos);
        Duration ahead = Duration.between(expected, now);
        if (ahead.minus(offset).abs().compareTo(STEP) > 0) {
            step(ahead, nanos);
        } else if (offset.isZero()) {
            expected = now; // drift, and small steps, are followed at once
        } else {
            offset = ahead;
        }
        if (offset.isPositive() && nanos - steppedNanos > UNHEARD.toNanos()) {
            expected = believeWall(now);
        }
        last = expected;
        lastNanos = nanos;
        return expected;
    }

    /**
     * The later of the times that it may be: by this, no live event is ahead of its receipt,
     * whichever clock is right.
     */
    public synchronized Instant latest() {
        Instant us = instant();
        return offset.isPositive() ? us.plus(offset) : us;
    }

    private void step(Duration ahead, long nanos) {
        steps++;
        offset = ahead.abs().compareTo(STEP) > 0 ? ahead : Duration.ZERO;
        steppedNanos = nanos;
        forWall = 0;
        forUs = 0;
        LOG.warn(
                "the wall clock was set and differs by {} s now; senders' events will tell which is right",
                offset.toSeconds());
    }

    private Instant believeWall(Instant now) {
        LOG.warn("the wall clock is right: time moves by {} s", offset.toSeconds());
        offset = Duration.ZERO;
        moved.run();
        return now;
    }

    /**
     * A live request was accepted.
     *
     * @param latestEvent when its last event happened, by its sender's clock
     */
    public void heard(Instant latestEvent) {
        synchronized (this) {
            if (offset.isZero()) {
                return;
            }
            Instant us = instant();
            if (offset.isZero()) {
                return;
            }
            Duration fromUs = Duration.between(latestEvent, us).abs();
            Duration fromWall = Duration.between(latestEvent, us.plus(offset)).abs();
            if (fromWall.compareTo(fromUs) < 0) {
                forWall++;
            } else {
                forUs++;
            }
            if (forWall + forUs < VOTES) {
                return;
            }
            if (forWall > forUs) {
                last = believeWall(us.plus(offset));
            } else {
                steppedNanos = nanoTime.getAsLong(); // whoever is heard goes on deciding
            }
            forWall = 0;
            forUs = 0;
        }
    }
}
