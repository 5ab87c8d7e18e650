package io.sluice.collector.scrape;

/**
 * When a target is scraped: once an interval, at the same point of every interval, so that times do
 * not drift however long a scrape takes. Different targets have different points. All times are
 * elapsed ones, in nanoseconds. Not thread-safe.
 */
final class ScrapeTimes {

    private final long interval;
    private long next;

    private ScrapeTimes(long interval, long next) {
        this.interval = interval;
        this.next = next;
    }

    /** The times of a target that is scraped from now on. */
    static ScrapeTimes of(ScrapeTarget target, long now) {
        long interval = target.terms().interval().toNanos();
        // Mixed, because the hashes of like texts are alike; the same after every start, so that
        // nothing shifts.
        long mixed = (target.job() + target.url()).hashCode() * 0x9E3779B97F4A7C15L;
        return new ScrapeTimes(interval, now + Math.floorMod(mixed, interval));
    }

    /** The next time to scrape, not before now; those that have passed meanwhile are left out. */
    long next(long now) {
        long due = next;
        if (due - now < 0) {
            due += Math.ceilDiv(now - due, interval) * interval;
        }
        next = due + interval;
        return due;
    }
}
