package io.sluice.collector.match;

import static java.util.Objects.requireNonNull;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A {@link MeasurePlan}, compiled so that an event is held against all of its measures in one pass.
 * Immutable and thread-safe; each thread walks events through a {@link Matching} of its own.
 *
 * <p>Definitions repeat themselves: the two sides of every metric of every cutover ask for the same
 * kind, route and service. So each distinct condition of the whole plan is one bit, the conditions
 * on an attribute are decided together when that attribute is met, and a source matches if all the
 * bits it requires are set. Which sources can match at all is known beforehand by service and by
 * metric name.
 */
public final class Matchers {

    /** OpenTelemetry's key for who sent an event. */
    static final String SERVICE = "service.name";

    /** By which log records said what their event is called, before they had a field for it. */
    static final String EVENT_NAME = "event.name";

    private final MeasurePlan plan;
    private final ByteStrings keys;
    private final ByteStrings services;
    private final ByteStrings metrics;
    private final SlotConditions[] conditions; // by slot
    private final int words;
    private final Tap[][] spanTaps; // by service; the last row is for services that no source names
    private final Tap[][] eventTaps; // by service, too
    private final Tap[][] metricTaps; // by metric
    private final ByteStrings queries; // by what asked for them, too
    private final Tap[][] queryTaps; // by query
    private final int[] groupSlots; // by measure
    private final int[][] breakdownSlots; // by measure

    /** A condition, and the slot of the value that it is about. */
    private record Asked(int slot, Condition condition) {}

    private Matchers(MeasurePlan plan) {
        this.plan = plan;
        Set<String> keyTexts = new LinkedHashSet<>(List.of(SERVICE));
        Set<String> serviceTexts = new LinkedHashSet<>();
        Set<String> metricTexts = new LinkedHashSet<>();
        for (EventSource source : sources(plan)) {
            source.where().forEach(condition -> keyTexts.add(condition.attribute()));
            source.groupBy().ifPresent(keyTexts::add);
            keyTexts.addAll(source.breakdownBy());
            source.service().ifPresent(serviceTexts::add);
            switch (source) {
                case EventSource.Metrics metric -> metricTexts.add(metric.metric());
                case EventSource.Events _ -> keyTexts.add(EVENT_NAME);
                case EventSource.Spans _, EventSource.Opaque _ -> {}
            }
        }
        Map<String, List<Tap>> byQuery = tapsByQuery(plan);
        queries = ByteStrings.of(byQuery.keySet());
        queryTaps = new Tap[queries.size()][];
        byQuery.forEach((key, taps) -> queryTaps[queries.indexOf(key)] = taps.toArray(Tap[]::new));
        keys = ByteStrings.of(keyTexts);
        services = ByteStrings.of(serviceTexts);
        metrics = ByteStrings.of(metricTexts);

        Map<Integer, Set<Condition>> bySlot = new TreeMap<>();
        for (EventSource source : sources(plan)) {
            for (Asked asked : asked(source)) {
                bySlot.computeIfAbsent(asked.slot, _ -> new LinkedHashSet<>()).add(asked.condition);
            }
        }
        words = Math.ceilDiv(bySlot.values().stream().mapToInt(Set::size).sum(), Long.SIZE);
        conditions = new SlotConditions[slots()];
        Map<Asked, Integer> bits = new LinkedHashMap<>();
        for (int slot = 0; slot < conditions.length; slot++) {
            List<Condition> here = List.copyOf(bySlot.getOrDefault(slot, Set.of()));
            conditions[slot] = new SlotConditions(here, bits.size(), words);
            for (Condition condition : here) {
                bits.put(new Asked(slot, condition), bits.size());
            }
        }

        spanTaps = tapsByService(bits, EventSource.Spans.class);
        eventTaps = tapsByService(bits, EventSource.Events.class);
        metricTaps = new Tap[metrics.size()][];
        for (int metric = 0; metric < metrics.size(); metric++) {
            int index = metric;
            metricTaps[metric] =
                    taps(
                            bits,
                            source ->
                                    source instanceof EventSource.Metrics named
                                            && metrics.indexOf(named.metric()) == index);
        }
        groupSlots =
                plan.measures().stream()
                        .mapToInt(
                                measure ->
                                        measure.totalSource()
                                                .groupBy()
                                                .map(keys::indexOf)
                                                .orElse(-1))
                        .toArray();
        breakdownSlots =
                plan.measures().stream()
                        .map(
                                measure ->
                                        measure.taps().stream()
                                                .flatMap(tap -> tap.source().breakdownBy().stream())
                                                .distinct()
                                                .mapToInt(keys::indexOf)
                                                .toArray())
                        .toArray(int[][]::new);
    }

    /** Compiles a plan. */
    public static Matchers compile(MeasurePlan plan) {
        return new Matchers(plan);
    }

    private static List<EventSource> sources(MeasurePlan plan) {
        return plan.measures().stream()
                .flatMap(measure -> measure.taps().stream())
                .map(Measure.Tap::source)
                .toList();
    }

    /**
     * All conditions of a source; the name of a span or event, and a span's kind, are conditions
     * like any other.
     */
    @SuppressWarnings("EnumOrdinal") // SpanKind promises that it is the number on the wire
    private List<Asked> asked(EventSource source) {
        List<Asked> asked = new ArrayList<>();
        switch (source) {
            case EventSource.Spans spans -> {
                spans.name().ifPresent(name -> asked.add(is(nameSlot(), name)));
                spans.kind()
                        .ifPresent(
                                kind ->
                                        asked.add(
                                                is(kindSlot(), Integer.toString(kind.ordinal()))));
            }
            case EventSource.Events events ->
                    events.name().ifPresent(name -> asked.add(is(nameSlot(), name)));
            case EventSource.Metrics _, EventSource.Opaque _ -> {}
        }
        source.where()
                .forEach(
                        condition ->
                                asked.add(
                                        new Asked(keys.indexOf(condition.attribute()), condition)));
        return asked;
    }

    private static Asked is(int slot, String value) {
        return new Asked(slot, new Condition.In("", List.of(value)));
    }

    private Tap[][] tapsByService(Map<Asked, Integer> bits, Class<? extends EventSource> type) {
        Tap[][] taps = new Tap[services.size() + 1][];
        for (int service = 0; service <= services.size(); service++) {
            int index = service;
            taps[service] =
                    taps(
                            bits,
                            source ->
                                    type.isInstance(source)
                                            && (source.service().isEmpty()
                                                    || serviceIndex(source) == index));
        }
        return taps;
    }

    /** Conditions there are none: what a query selects is its server's business. */
    private static Map<String, List<Tap>> tapsByQuery(MeasurePlan plan) {
        Map<String, List<Tap>> taps = new LinkedHashMap<>();
        for (Measure measure : plan.measures()) {
            for (int position = 0; position < measure.taps().size(); position++) {
                if (measure.taps().get(position).source()
                        instanceof EventSource.Prometheus(var dataSource, var query)) {
                    taps.computeIfAbsent(
                                    queryKey(measure.id(), dataSource, query),
                                    _ -> new ArrayList<>())
                            .add(new Tap(measure, position, Tap.ANY_SERVICE, new long[0]));
                }
            }
        }
        return taps;
    }

    private static String queryKey(String measure, Optional<String> dataSource, String query) {
        return measure + '\n' + dataSource.orElse("") + '\n' + query;
    }

    private int serviceIndex(EventSource source) {
        return source.service().map(services::indexOf).orElse(Tap.ANY_SERVICE);
    }

    private Tap[] taps(Map<Asked, Integer> bits, Predicate<EventSource> wanted) {
        List<Tap> taps = new ArrayList<>();
        for (Measure measure : plan.measures()) {
            for (int position = 0; position < measure.taps().size(); position++) {
                EventSource source = measure.taps().get(position).source();
                if (wanted.test(source)) {
                    taps.add(
                            new Tap(
                                    measure,
                                    position,
                                    serviceIndex(source),
                                    required(source, bits)));
                }
            }
        }
        return taps.toArray(Tap[]::new);
    }

    private long[] required(EventSource source, Map<Asked, Integer> bits) {
        long[] required = new long[words];
        for (Asked asked : asked(source)) {
            int bit = requireNonNull(bits.get(asked));
            required[bit >> 6] |= 1L << bit;
        }
        return required;
    }

    /** What is compiled here. */
    public MeasurePlan plan() {
        return plan;
    }

    /**
     * The attribute keys that some measure names: a key's index is its slot in {@link Attributes}.
     */
    public ByteStrings keys() {
        return keys;
    }

    /** A new walk over events. */
    public Matching matching() {
        return new Matching(this);
    }

    /** The slot of the attribute that a measure groups by, or -1. */
    public int groupSlot(int measure) {
        return groupSlots[measure];
    }

    /** The slots of the attributes that a measure's bad events are counted by. */
    public int[] breakdownSlots(int measure) {
        return breakdownSlots[measure];
    }

    int serviceSlot() {
        return keys.indexOf(SERVICE);
    }

    /** The slot of {@link #EVENT_NAME}; less than 0 if no measure wants events. */
    int eventNameSlot() {
        return keys.indexOf(EVENT_NAME);
    }

    int nameSlot() {
        return keys.size();
    }

    int kindSlot() {
        return keys.size() + 1;
    }

    int slots() {
        return keys.size() + 2;
    }

    int words() {
        return words;
    }

    SlotConditions conditions(int slot) {
        return conditions[slot];
    }

    ByteStrings services() {
        return services;
    }

    ByteStrings metrics() {
        return metrics;
    }

    /**
     * The sources that spans of a service may match, by measure. The service is an index of {@link
     * #services}, or -1.
     */
    Tap[] spanTaps(int service) {
        return spanTaps[row(service)];
    }

    /** The same for log records. */
    Tap[] eventTaps(int service) {
        return eventTaps[row(service)];
    }

    private int row(int service) {
        return service < 0 ? services.size() : service;
    }

    /** The sources of a measure that are this query's answers; none if it does not ask so. */
    Tap[] queryTaps(String measure, @Nullable String dataSource, String query) {
        int index = queries.indexOf(queryKey(measure, Optional.ofNullable(dataSource), query));
        return index < 0 ? new Tap[0] : queryTaps[index];
    }

    /** The sources that points of a metric may match, of whatever service, by measure. */
    Tap[] metricTaps(int metric) {
        return metricTaps[metric];
    }
}
