package io.sluice.dashboard.pages;

import io.sluice.engine.SloEngine;
import io.sluice.engine.slo.BurnDown;
import io.sluice.engine.slo.SloStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A budget's window as a line without axes. A month hardly moves in five minutes, so a line is
 * drawn once in that time and shared by all readers. Thread-safe.
 */
final class Sparklines {
    static final int WIDTH = 112;
    static final int HEIGHT = 24;
    private static final int POINTS = 56;
    private static final Duration FRESH = Duration.ofMinutes(5);

    /** Room for the line's own width at the edges. */
    private static final double MARGIN = 1.5;

    private record Drawn(Instant at, String path) {}

    private final SloEngine engine;
    private final Map<String, Drawn> drawn = new ConcurrentHashMap<>();

    Sparklines(SloEngine engine) {
        this.engine = engine;
    }

    /** An SVG path; empty while nothing is measured. */
    String path(SloStatus status) {
        String name = status.slo().name();
        Drawn last = drawn.get(name);
        if (last != null && Duration.between(last.at(), status.at()).compareTo(FRESH) < 0) {
            return last.path();
        }
        String path = draw(engine.burnDown(name, 0, status.from(), status.at(), POINTS));
        if (!path.isEmpty()) {
            drawn.put(name, new Drawn(status.at(), path));
        }
        return path;
    }

    private static String draw(Optional<BurnDown> line) {
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
