package io.sluice.collector.match;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * One thread's walk over events: set a resource's attributes, say what kind of event comes, set
 * each event's attributes, and read which measures it changes. Reused from request to request; not
 * thread-safe; allocates nothing once it is made.
 */
public final class Matching {

    private static final Tap[] NONE = {};

    private final Matchers matchers;
    private final Attributes resource;
    private final Attributes event;
    private final long[] resourceBits;
    private final long[] bits;
    private final CanonicalText text = new CanonicalText();
    private final MatchMemo memo = new MatchMemo();
    private int service;
    private Tap[] candidates = NONE;

    Matching(Matchers matchers) {
        this.matchers = matchers;
        resource = new Attributes(matchers.slots());
        event = new Attributes(matchers.slots());
        resourceBits = new long[matchers.words()];
        bits = new long[matchers.words()];
    }

    /** What events are held against. */
    public Matchers matchers() {
        return matchers;
    }

    /**
     * Begins a resource: its attributes go into what is returned, then {@link #endResource} is due.
     */
    public Attributes beginResource() {
        resource.clear();
        return resource;
    }

    /** Decides everything that a resource's attributes decide by themselves. */
    public void endResource() {
        for (int slot = 0; slot < matchers.slots(); slot++) {
            if (resource.has(slot)) {
                matchers.conditions(slot).decide(resource, slot, text, resourceBits);
            } else {
                matchers.conditions(slot).decideMissing(resourceBits);
            }
        }
        CanonicalText name = service();
        service =
                name == null
                        ? -1
                        : matchers.services().indexOf(name.bytes(), name.offset(), name.length());
        candidates = NONE;
    }

    /**
     * The resource's {@code service.name}, or null if it has none; valid until the next question
     * for a text.
     */
    public @Nullable CanonicalText service() {
        return text.take(resource, matchers.serviceSlot()) ? text : null;
    }

    /**
     * Spans follow; false if no measure wants any of this resource, so that their attributes need
     * not be read.
     */
    public boolean selectSpans() {
        candidates = matchers.spanTaps(service);
        return candidates.length > 0;
    }

    /**
     * Log records follow; false if no measure wants any of this resource, so that their attributes
     * need not be read.
     */
    public boolean selectEvents() {
        candidates = matchers.eventTaps(service);
        return candidates.length > 0;
    }

    /** Points of a metric follow; false if no measure wants it from this resource. */
    public boolean selectMetric(byte[] name, int offset, int length) {
        int metric = matchers.metrics().indexOf(name, offset, length);
        candidates = metric < 0 ? NONE : matchers.metricTaps(metric);
        for (Tap tap : candidates) {
            if (tap.takesService(service)) {
                return true;
            }
        }
        return false;
    }

    /** The points of a query's answer follow; false if this measure does not ask so. */
    public boolean selectQuery(String measure, @Nullable String dataSource, String query) {
        candidates = matchers.queryTaps(measure, dataSource, query);
        return candidates.length > 0;
    }

    /**
     * Begins an event of what was selected: its attributes go into what is returned, then {@link
     * #match} is due.
     */
    public Attributes beginEvent() {
        event.clear();
        return event;
    }

    /** Sets what of a span is no attribute: its name and OTLP's number of its kind. */
    public void span(byte[] name, int offset, int length, long kind) {
        event.text(matchers.nameSlot(), name, offset, length);
        event.integer(matchers.kindSlot(), kind);
    }

    /**
     * Sets what of a log record is no attribute: the name of its event. If that is empty, an
     * attribute may have said it. To be called only if events were selected.
     */
    public void logRecord(byte[] name, int offset, int length) {
        int slot = matchers.eventNameSlot();
        if (length > 0) {
            event.text(matchers.nameSlot(), name, offset, length);
        } else if (event.type(slot) == Attributes.TEXT) {
            event.text(
                    matchers.nameSlot(),
                    event.textBytes(slot),
                    event.textOffset(slot),
                    event.textLength(slot));
        }
    }

    /**
     * Holds the event against all measures that were selected; gives those that it changes, in
     * their order.
     */
    public List<Hit> match() {
        System.arraycopy(resourceBits, 0, bits, 0, bits.length);
        for (int i = 0; i < event.presentCount(); i++) {
            int slot = event.present(i);
            matchers.conditions(slot).decide(event, slot, text, bits);
        }
        List<Hit> known = memo.find(candidates, service, bits);
        if (known != null) {
            return known;
        }
        List<Tap> matched = new ArrayList<>();
        for (Tap tap : candidates) {
            if (tap.holds(bits) && tap.takesService(service)) {
                matched.add(tap);
            }
        }
        List<Hit> hits = Hit.ofTaps(matched);
        memo.remember(candidates, service, bits, hits);
        return hits;
    }

    /**
     * The text of an attribute, the event's own before the resource's; null if it is missing or has
     * none. Valid until the next question for a text.
     */
    public @Nullable CanonicalText text(int slot) {
        return text.take(event.has(slot) ? event : resource, slot) ? text : null;
    }
}
