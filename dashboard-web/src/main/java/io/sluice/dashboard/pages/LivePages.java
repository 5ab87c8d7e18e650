package io.sluice.dashboard.pages;

import io.javalin.http.Context;
import io.sluice.dashboard.http.Answered;
import io.sluice.dashboard.http.Recent;
import io.sluice.dashboard.http.Shared;
import io.sluice.dashboard.pages.Parts.Outline;

import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Pages that follow what changes. Within a second a page is made once for all who may see the same,
 * and whoever says which version of it they hold gets only what differs. Beyond the limits the page
 * that was not asked for longest, and the oldest version, are forgotten: then a reader gets the
 * page whole. Thread-safe.
 */
final class LivePages {
    /** The header by which an open page says its version, or that it has none. */
    static final String HOLDS = "Sluice-Holds";

    static final int MAX_PAGES = 32;
    static final int MAX_VERSIONS = 6;
    private static final String HTML = "text/html; charset=utf-8";

    private final LongSupplier changes;
    private final InstantSource clock;
    private final Recent<LivePage> pages = new Recent<>(MAX_PAGES, LivePage::new);

    /**
     * @param changes how many changes there were so far
     */
    LivePages(LongSupplier changes, InstantSource clock) {
        this.changes = changes;
        this.clock = clock;
    }

    /**
     * Answers with a page or what differs in it.
     *
     * @param reader what it depends on beside the address: who may do what
     * @param maker writes the document; what it throws is thrown, and nothing is kept
     */
    void answer(Context ctx, String reader, Supplier<byte[]> maker) {
        String held = ctx.header(HOLDS);
        pages.answer(
                        String.join(" ", ctx.path(), ctx.queryString(), reader),
                        page -> page.answer(held, maker))
                .writeOnce(ctx);
    }

    /** One page, and what is remembered of its versions, the oldest first. */
    private final class LivePage {
        private final Shared<Rendering> rendering = new Shared<>(changes);
        private final LinkedHashMap<String, Outline> versions = new LinkedHashMap<>();

        /** Only whoever makes the next one looks at it. */
        private @Nullable Parts last;

        Answered answer(@Nullable String held, Supplier<byte[]> maker) {
            Rendering now = rendering.at(clock.instant(), () -> remember(maker.get()));
            return held == null ? now.whole : now.since(held, outline(held));
        }

        private Rendering remember(byte[] html) {
            Parts parts = last == null ? Parts.of(html) : last.next(html);
            last = parts;
            synchronized (versions) {
                versions.putLast(parts.version(), parts.outline());
                if (versions.size() > MAX_VERSIONS) {
                    versions.pollFirstEntry();
                }
            }
            return new Rendering(parts);
        }

        private @Nullable Outline outline(String version) {
            synchronized (versions) {
                return versions.get(version);
            }
        }
    }

    /** A page as it is now, and its differences from what readers hold. */
    private static final class Rendering {
        private final Parts parts;
        private final Answered whole;
        private final Map<String, Answered> since = new ConcurrentHashMap<>();

        Rendering(Parts parts) {
            this.parts = parts;
            this.whole = Answered.large(HTML, parts::document);
        }

        Answered since(String version, @Nullable Outline held) {
            // Whoever makes versions up gets the same as who has none.
            return since.computeIfAbsent(
                    held == null ? "" : version,
                    v ->
                            held == null
                                    ? Answered.large(HTML, () -> parts.since(null))
                                    : Answered.of(HTML, parts.since(held)));
        }
    }
}
