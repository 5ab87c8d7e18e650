package io.sluice.engine.baseline;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.definitions.model.Exclusion;
import io.sluice.engine.baseline.Baseline.LeftOut;
import io.sluice.engine.cutover.BadOfTotal;
import io.sluice.engine.cutover.CanonicalJson;
import io.sluice.engine.cutover.RecordedBaselines;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.series.WindowSum;
import io.sluice.engine.store.Store;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Records baselines and sets them against each other. They are kept with the store, where no
 * retention reaches them. Thread-safe.
 */
public final class Baselines {
    /** More are a mistake of a script. */
    public static final int MOST = 1_000;

    private static final String INDEX = "baselines";

    private final Store store;
    private final SeriesReader series;

    /** Reads from and writes to these. */
    public Baselines(Store store, SeriesReader series) {
        this.store = store;
        this.series = series;
    }

    /**
     * What is to be recorded.
     *
     * @param leftOut what of this time is not to be counted
     * @param exclusions names of {@link Exclusion}s whose times are left out, too
     */
    public record Order(
            String name,
            Instant from,
            Instant to,
            List<LeftOut> leftOut,
            List<String> exclusions,
            String principal) {
        public Order {
            leftOut = List.copyOf(leftOut);
            exclusions = List.copyOf(exclusions);
            if (!from.isBefore(to)) {
                throw new IllegalArgumentException(from + " is not before " + to);
            }
        }
    }

    /**
     * Records everything that the plan measures and that counted something in a time. On disk on
     * return. What of it is older than the finest buckets is known as finely as those that are
     * kept.
     *
     * @throws IllegalStateException if the name is taken, or there are {@link #MOST} already
     * @throws NoSuchElementException if there is no exclusion of a name
     */
    public synchronized Baseline record(MeasurePlan plan, Order order, Instant now) {
        List<String> names = names();
        if (names.contains(order.name())) {
            throw new IllegalStateException(
                    "baseline " + order.name() + " is recorded already, and is not changed");
        }
        if (names.size() >= MOST) {
            throw new IllegalStateException("there are " + MOST + " baselines already");
        }
        List<LeftOut> leftOut = leftOut(plan, order);
        Baseline unsealed =
                new Baseline(
                        order.name(),
                        order.from(),
                        order.to(),
                        leftOut,
                        now,
                        order.principal(),
                        entries(plan, order.from(), order.to(), leftOut),
                        "");
        String json = CanonicalJson.write(describe(unsealed));
        Map<String, Object> index =
                Map.of("names", Stream.concat(names.stream(), Stream.of(order.name())).toList());
        store.commit(
                tx -> {
                    tx.putMeta(key(order.name()), json);
                    tx.putMeta(INDEX, CanonicalJson.write(index));
                });
        return read(json);
    }

    private static List<LeftOut> leftOut(MeasurePlan plan, Order order) {
        List<LeftOut> all = new ArrayList<>(order.leftOut());
        for (String name : order.exclusions()) {
            @Nullable Exclusion exclusion = plan.definitions().exclusions().get(name);
            if (exclusion == null) {
                throw new NoSuchElementException("there is no exclusion " + name);
            }
            for (Exclusion.Interval time : exclusion.when().within(order.from(), order.to())) {
                all.add(
                        new LeftOut(
                                time.start(),
                                time.end(),
                                exclusion.reason().isEmpty() ? name : exclusion.reason()));
            }
        }
        return all.stream().sorted(Comparator.comparing(LeftOut::from)).toList();
    }

    /** All of them, in the order in which they were recorded. */
    public List<Baseline> all() {
        return names().stream().map(this::find).flatMap(Optional::stream).toList();
    }

    /** One of them. */
    public Optional<Baseline> find(String name) {
        return store.meta(key(name)).map(Baselines::read);
    }

    /** What one of them counted, by the id of what was measured; empty if there is none. */
    public Optional<Map<String, RecordedBaselines.Counts>> counts(String name) {
        return find(name)
                .map(
                        baseline ->
                                baseline.entries().stream()
                                        .collect(
                                                Collectors.toMap(
                                                        Baseline.Entry::measure,
                                                        entry ->
                                                                new RecordedBaselines.Counts(
                                                                        entry.bad(),
                                                                        entry.total(),
                                                                        entry.values(),
                                                                        entry.groups()),
                                                        (one, _) -> one)));
    }

    /** Two baselines; empty if one of them is missing. */
    public Optional<BaselineComparison> compare(String name, String other) {
        return find(name)
                .flatMap(
                        first ->
                                find(other)
                                        .map(
                                                second ->
                                                        BaselineComparison.of(
                                                                first.entries(),
                                                                second.entries())));
    }

    /** A baseline and what the plan measured in a time; empty if there is no such baseline. */
    public Optional<BaselineComparison> compare(
            MeasurePlan plan, String name, Instant from, Instant to) {
        return find(name)
                .map(
                        first ->
                                BaselineComparison.of(
                                        first.entries(), entries(plan, from, to, List.of())));
    }

    private List<String> names() {
        return store.meta(INDEX).stream()
                .flatMap(json -> stream(CanonicalJson.read(json).path("names")))
                .map(JsonNode::asText)
                .toList();
    }

    private List<Baseline.Entry> entries(
            MeasurePlan plan, Instant from, Instant to, List<LeftOut> leftOut) {
        List<long[]> kept = kept(from, to, leftOut);
        List<Baseline.Entry> entries = new ArrayList<>();
        new TreeMap<>(plan.uses())
                .forEach(
                        (subject, measure) -> {
                            if (!measure.sumsUp()) {
                                entry(subject, measure, kept).ifPresent(entries::add);
                            }
                        });
        return entries;
    }

    private Optional<Baseline.Entry> entry(String subject, Measure measure, List<long[]> kept) {
        WindowSum sum = WindowSum.EMPTY;
        Sketch values = new Sketch();
        for (long[] span : kept) {
            sum = sum.plus(series.sum(measure.id(), span[0], span[1]));
            if (measure.sketched()) {
                values.merge(series.sketch(measure.id(), span[0], span[1]));
            }
        }
        if (sum.total() <= 0 && values.count() == 0) {
            return Optional.empty();
        }
        BadOfTotal all = BadOfTotal.of(sum);
        return Optional.of(
                new Baseline.Entry(
                        subject,
                        measure.id(),
                        all.bad(),
                        all.total(),
                        values.count() > 0 ? Optional.of(values) : Optional.empty(),
                        groups(measure, kept)));
    }

    private Map<String, BadOfTotal> groups(Measure measure, List<long[]> kept) {
        List<String> names = series.groups(measure.id());
        Map<String, BadOfTotal> all = new HashMap<>();
        for (String name : names) {
            WindowSum sum = WindowSum.EMPTY;
            for (long[] span : kept) {
                sum = sum.plus(series.sum(new SeriesKey(measure.id(), name), span[0], span[1]));
            }
            all.put(name, BadOfTotal.of(sum));
        }
        // What has no attribute to be split by is one group without a name.
        return names.stream().allMatch(String::isEmpty) ? Map.of() : BadOfTotal.largest(all);
    }

    /** What is left of a time, seconds since the epoch, ascending. */
    private static List<long[]> kept(Instant from, Instant to, List<LeftOut> leftOut) {
        List<long[]> kept = new ArrayList<>();
        long begin = from.getEpochSecond();
        long end = to.getEpochSecond();
        for (LeftOut out : leftOut) {
            long outFrom = out.from().getEpochSecond();
            if (outFrom > begin) {
                kept.add(new long[] {begin, Math.min(outFrom, end)});
            }
            begin = Math.max(begin, out.to().getEpochSecond());
            if (begin >= end) {
                return kept;
            }
        }
        kept.add(new long[] {begin, end});
        return kept;
    }

    private static Map<String, Object> describe(Baseline baseline) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", baseline.name());
        all.put("from", baseline.from().toString());
        all.put("to", baseline.to().toString());
        all.put("recordedAt", baseline.recordedAt().toString());
        all.put("principal", baseline.principal());
        all.put(
                "leftOut",
                baseline.leftOut().stream()
                        .map(
                                out ->
                                        Map.of(
                                                "from", out.from().toString(),
                                                "to", out.to().toString(),
                                                "reason", out.reason()))
                        .toList());
        all.put("entries", baseline.entries().stream().map(Baselines::describe).toList());
        return all;
    }

    private static Map<String, Object> describe(Baseline.Entry entry) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("subject", entry.subject());
        one.put("measure", entry.measure());
        one.put("bad", entry.bad());
        one.put("total", entry.total());
        entry.values()
                .ifPresent(
                        values ->
                                one.put(
                                        "values",
                                        Base64.getEncoder().encodeToString(values.encode())));
        if (!entry.groups().isEmpty()) {
            Map<String, Object> groups = new LinkedHashMap<>();
            entry.groups()
                    .forEach(
                            (name, counts) ->
                                    groups.put(name, List.of(counts.bad(), counts.total())));
            one.put("groups", groups);
        }
        return one;
    }

    private static Baseline read(String text) {
        JsonNode json = CanonicalJson.read(text);
        return new Baseline(
                json.path("name").asText(),
                Instant.parse(json.path("from").asText()),
                Instant.parse(json.path("to").asText()),
                stream(json.path("leftOut"))
                        .map(
                                out ->
                                        new LeftOut(
                                                Instant.parse(out.path("from").asText()),
                                                Instant.parse(out.path("to").asText()),
                                                out.path("reason").asText()))
                        .toList(),
                Instant.parse(json.path("recordedAt").asText()),
                json.path("principal").asText(),
                stream(json.path("entries")).map(Baselines::entry).toList(),
                CanonicalJson.sha256(text));
    }

    private static Baseline.Entry entry(JsonNode json) {
        return new Baseline.Entry(
                json.path("subject").asText(),
                json.path("measure").asText(),
                json.path("bad").asLong(),
                json.path("total").asLong(),
                json.has("values")
                        ? Optional.of(
                                Sketch.decode(
                                        Base64.getDecoder().decode(json.path("values").asText())))
                        : Optional.empty(),
                groups(json.path("groups")));
    }

    private static Map<String, BadOfTotal> groups(JsonNode json) {
        Map<String, BadOfTotal> all = new HashMap<>();
        for (Map.Entry<String, JsonNode> group : json.properties()) {
            JsonNode counts = group.getValue();
            all.put(
                    group.getKey(),
                    new BadOfTotal(counts.path(0).asLong(), counts.path(1).asLong()));
        }
        return all;
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static String key(String name) {
        return "baseline/" + name;
    }
}
