package io.sluice.engine;

import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.TraceFilter;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extract.Identity;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Requests whose body is a number, and the extractors that know what the number stands for.
 * Thread-safe.
 */
public final class TestRequests implements Extractor.Factory {
    private final List<Content> contents = new CopyOnWriteArrayList<>();

    /** Good and bad spans of a service in one bucket. */
    public record Spans(String service, String route, long bucket, long good, long bad) {}

    /** A running counter's value; {@code bad} says whether it is the stream of the bad ones. */
    public record Point(
            String service,
            long stream,
            boolean bad,
            long startNanos,
            long timeNanos,
            long value) {}

    /** What a request says. */
    public record Content(@Nullable Identity identity, List<Spans> spans, List<Point> points) {}

    /** A request of spans. */
    public LogEntry spans(long receivedAtSecond, @Nullable Identity identity, Spans... spans) {
        return entry(
                receivedAtSecond,
                false,
                Map.of(),
                new Content(identity, List.of(spans), List.of()));
    }

    /** A request of counters' points. */
    public LogEntry points(long receivedAtSecond, Map<String, String> headers, Point... points) {
        return entry(
                receivedAtSecond, false, headers, new Content(null, List.of(), List.of(points)));
    }

    public synchronized LogEntry entry(
            long receivedAtSecond, boolean backfill, Map<String, String> headers, Content content) {
        contents.add(content);
        return new LogEntry(
                "test",
                "",
                backfill,
                receivedAtSecond * 1_000_000_000L,
                LogEntry.Encoding.IDENTITY,
                headers,
                ByteBuffer.allocate(4).putInt(contents.size() - 1).array());
    }

    /** A request that cannot be read. */
    public static LogEntry broken(long receivedAtSecond) {
        return new LogEntry(
                "test",
                "",
                false,
                receivedAtSecond * 1_000_000_000L,
                LogEntry.Encoding.IDENTITY,
                Map.of(),
                ByteBuffer.allocate(4).putInt(-1).array());
    }

    @Override
    public Extractor compile(MeasurePlan plan) {
        return entry -> extract(plan, entry);
    }

    /** What an entry contributes under a plan. */
    public Extract extract(MeasurePlan plan, LogEntry entry) throws MalformedRequestException {
        int number = ByteBuffer.wrap(entry.body()).getInt();
        if (number < 0) {
            throw new MalformedRequestException(
                    RejectReason.MALFORMED, "not a number of a request");
        }
        Content content = contents.get(number);
        List<Extract.Counted> counts = new ArrayList<>();
        List<Extract.Observation> observations = new ArrayList<>();
        List<Extract.BadBy> badBy = new ArrayList<>();
        List<Extract.Exemplar> exemplars = new ArrayList<>();
        List<Extract.Heartbeat> heartbeats = new ArrayList<>();
        long accepted = 0;
        for (Spans s : content.spans()) {
            heartbeats.add(new Extract.Heartbeat(s.service(), s.bucket()));
            accepted += s.good() + s.bad();
            for (Measure measure : plan.measures()) {
                if (measure.totalSource().service().orElse("").equals(s.service())) {
                    long total = s.good() + s.bad();
                    String group = measure.totalSource().groupBy().isPresent() ? s.route() : "";
                    counts.add(
                            new Extract.Counted(
                                    measure.index(),
                                    s.bucket(),
                                    group,
                                    s.good(),
                                    total,
                                    1000 * s.good(),
                                    1000 * total,
                                    null));
                    if (s.bad() > 0) {
                        badBy.add(
                                new Extract.BadBy(
                                        measure.index(),
                                        s.bucket(),
                                        "service.version",
                                        "v1",
                                        s.bad()));
                        exemplars.add(
                                new Extract.Exemplar(
                                        measure.index(),
                                        s.route(),
                                        "%032x".formatted(number),
                                        s.bucket() * 1_000_000_000L,
                                        Double.NaN));
                    }
                }
            }
        }
        for (Point p : content.points()) {
            accepted++;
            heartbeats.add(
                    new Extract.Heartbeat(
                            p.service(), Math.floorDiv(p.timeNanos(), 10_000_000_000L) * 10));
            for (Measure measure : plan.measures()) {
                if (measure.totalSource().service().orElse("").equals(p.service())) {
                    observations.add(
                            new Extract.Observation(
                                    measure.index(),
                                    new Identity(p.stream(), p.bad() ? 1 : 0),
                                    "",
                                    p.startNanos(),
                                    p.timeNanos(),
                                    p.bad() ? -1000 * p.value() : 1000 * p.value(),
                                    p.bad() ? 0 : 1000 * p.value(),
                                    false,
                                    null));
                }
            }
        }
        return new Extract(
                plan.digest(),
                content.identity(),
                "spans",
                accepted,
                Map.of(),
                Map.of(),
                List.of(),
                counts,
                observations,
                badBy,
                exemplars,
                heartbeats,
                0,
                0,
                TraceFilter.NONE);
    }
}
