package io.sluice.dashboard.pages;

import io.sluice.engine.SloEngine;
import io.sluice.engine.slo.BurnDown;
import io.sluice.engine.slo.SloStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A budget's window as a line without axes. A month hardly moves in five minutes, so a line is
 * drawn once in that time and shared by all readers. No reader waits for more than a shop's worth
 * of them: others are drawn behind the reader's back, and are there at the next look. Thread-safe.
 */
final class Sparklines {
    static final int WIDTH = 112;
    static final int HEIGHT = 24;
    private static final int POINTS = 56;
    private static final Duration FRESH = Duration.ofMinutes(5);

    /** What was not measured may be at any time. */
    private static final Duration EMPTY_FRESH = Duration.ofSeconds(10);

    /** So many are drawn at once, for whoever looks first. */
    static final int AT_ONCE = 50;

    /** Room for the line's own width at the edges. */
    private static final double MARGIN = 1.5;

    private record Drawn(Instant at, String path) {
        boolean isFresh(Instant now) {
            Duration age = Duration.between(at, now);
            return age.compareTo(path.isEmpty() ? EMPTY_FRESH : FRESH) < 0;
        }
    }

    private final SloEngine engine;
    private final Map<String, Drawn> drawn = new ConcurrentHashMap<>();
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean drawing = new AtomicBoolean();

    Sparklines(SloEngine engine) {
        this.engine = engine;
    }

    /** An SVG path; empty while nothing is measured, or nothing is drawn yet. */
    String path(SloStatus status) {
        String name = status.slo().name();
        Drawn last = drawn.get(name);
        if (last != null && last.isFresh(status.at())) {
            return last.path();
        }
        if (last == null && drawn.size() < AT_ONCE) {
            return draw(status);
        }
        wanted.add(name);
        if (drawing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("sparklines").start(this::drawWanted);
        }
        return last == null ? "" : last.path();
    }

    private void drawWanted() {
        try {
            drawn.keySet().retainAll(engine.definitions().slos().keySet());
            for (String name : List.copyOf(wanted)) {
                engine.slo(name).ifPresent(this::draw);
                wanted.remove(name);
            }
        } finally {
            drawing.set(false);
        }
    }

    private String draw(SloStatus status) {
        String name = status.slo().name();
        String path = path(engine.burnDown(name, 0, status.from(), status.at(), POINTS));
        drawn.put(name, new Drawn(status.at(), path));
        return path;
    }

    private static String path(Optional<BurnDown> line) {
        if (line.isEmpty()) {
            return "";
        }
        StringBuilder path = new StringBuilder();
        int count = line.get().points().size();
        for (int i = 0; i < count; i++) {
            OptionalDouble left = line.get().points().get(i).remainingRatio();
            if (left.isPresent()) {
                // From untouched at the top to spent at the bottom; deeper than spent looks no
                // different.
                double y =
                        MARGIN + (1 - Math.clamp(left.getAsDouble(), 0, 1)) * (HEIGHT - 2 * MARGIN);
                double x = count < 2 ? 0 : (double) i / (count - 1) * WIDTH;
                path.append(
                        String.format(
                                Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y));
            }
        }
        return path.toString();
    }
}
