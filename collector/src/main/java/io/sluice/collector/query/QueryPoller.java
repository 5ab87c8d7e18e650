package io.sluice.collector.query;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

import io.sluice.collector.ask.Asker;
import io.sluice.collector.ask.NoAnswerException;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.receive.Intake;
import io.sluice.definitions.model.DataSource;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Tree;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Polls what a definition set asks of other servers. Each measure goes its own way: the past first,
 * as history, then instant by instant, on a virtual thread while it asks. What was asked for and
 * not answered is asked for again, so a server's absence loses nothing that it still has.
 *
 * <p>Nothing is remembered over a restart: the engine says how far a measure is counted. Counters'
 * points that come again have no effect there.
 *
 * <p>{@link #look} is for one thread at a time, the rest for any.
 */
public final class QueryPoller implements AutoCloseable {

    /** What the counters call it. */
    public static final String NAME = "prometheus";

    /** The server that a source without a data source is asked of. */
    public static final String DEFAULT_SERVER = "default";

    /** A longer answer is refused. */
    public static final int MAX_ANSWER_BYTES = 16 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(QueryPoller.class);
    private static final int QUOTED_CHARS_MAX = 300;

    private final Supplier<MeasurePlan> plan;
    private final Map<String, QueryServer> servers;
    private final Reached reached;
    private final Intake intake;
    private final InstantSource clock;
    private final Asker asker = new Asker();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Polling> pollings = new LinkedHashMap<>();
    private @Nullable MeasurePlan known;

    /**
     * How a measure's queries do.
     *
     * @param sli what people call it
     * @param answeredUntil the last instant that was answered; empty before the first
     * @param failure why the last request failed; empty if it did not
     * @param failures how many requests have failed
     */
    public record Status(
            String measure,
            String sli,
            Optional<Instant> answeredUntil,
            String failure,
            long failures) {}

    /**
     * Nothing is asked before {@link #look}.
     *
     * @param servers by the names of data sources; those that the definitions have besides are
     *     known by the {@code url} of their {@code connectionDetails}
     */
    public QueryPoller(
            Supplier<MeasurePlan> plan,
            Map<String, QueryServer> servers,
            Reached reached,
            Intake intake,
            InstantSource clock) {
        this.plan = plan;
        this.servers = Map.copyOf(servers);
        this.reached = reached;
        this.intake = intake;
        this.clock = clock;
    }

    /** What reads the answers. */
    public static List<Decoder> decoders() {
        return List.of(new QueryDecoder());
    }

    /** Begins what is due now; to be called about once a second. */
    public synchronized void look() {
        MeasurePlan current = plan.get();
        if (current != known) {
            known = current;
            follow(current);
        }
        Instant now = clock.instant();
        pollings.values().forEach(polling -> polling.begin(now));
    }

    private void follow(MeasurePlan current) {
        Map<String, Polling> wanted = new LinkedHashMap<>();
        for (Polled polled : Polled.of(current)) {
            Map<EventSource.Prometheus, QueryServer> asked = new LinkedHashMap<>();
            String missing = "";
            for (EventSource.Prometheus query : polled.queries()) {
                Optional<QueryServer> server = server(query, current);
                server.ifPresent(found -> asked.put(query, found));
                if (server.isEmpty()) {
                    missing = "no server is known by the name " + nameOf(query);
                }
            }
            Polling before = pollings.get(polled.id());
            Polling polling = new Polling(polled, asked, missing);
            wanted.put(polled.id(), before != null && before.asksLike(polling) ? before : polling);
        }
        pollings.clear();
        pollings.putAll(wanted);
    }

    private static String nameOf(EventSource.Prometheus query) {
        return query.dataSource().orElse(DEFAULT_SERVER);
    }

    private Optional<QueryServer> server(EventSource.Prometheus query, MeasurePlan current) {
        return Optional.ofNullable(servers.get(nameOf(query)))
                .or(
                        () ->
                                query.dataSource()
                                        .map(current.definitions().dataSources()::get)
                                        .flatMap(QueryPoller::url)
                                        .map(QueryServer::usual));
    }

    private static Optional<URI> url(DataSource source) {
        if (!(source.connectionDetails() instanceof Tree.Fields(var details))
                || !(details.get("url") instanceof Tree.Text(var text))) {
            return Optional.empty();
        }
        try {
            URI url = URI.create(text);
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            return web && url.getHost() != null ? Optional.of(url) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** How every measure's queries do. */
    public synchronized List<Status> status() {
        return pollings.values().stream().map(Polling::status).toList();
    }

    /** Gives up what is under way and begins nothing more. */
    @Override
    public synchronized void close() {
        pollings.clear();
        threads.shutdownNow();
        asker.close();
        threads.close();
    }

    /** One measure's way through time. */
    private final class Polling {

        private final Polled polled;
        private final Map<EventSource.Prometheus, QueryServer> servers;
        private final String missing;
        private boolean busy;
        private boolean begun;
        private boolean isNew;
        private long nextSecond;
        private Instant notBefore = Instant.MIN;
        private Optional<Instant> answeredUntil = Optional.empty();
        private String failure = "";
        private long failures;

        Polling(Polled polled, Map<EventSource.Prometheus, QueryServer> servers, String missing) {
            this.polled = polled;
            this.servers = servers;
            this.missing = missing;
            this.failure = missing;
        }

        boolean asksLike(Polling other) {
            return polled.queries().equals(other.polled.queries()) && servers.equals(other.servers);
        }

        /** The one whose interval is the longest sets the pace for all. */
        private QueryServer pace() {
            return servers.values().stream()
                    .max(Comparator.comparing(QueryServer::interval))
                    .orElseThrow();
        }

        synchronized Status status() {
            return new Status(polled.id(), polled.sli(), answeredUntil, failure, failures);
        }

        synchronized void begin(Instant now) {
            if (busy || !missing.isEmpty() || now.isBefore(notBefore)) {
                return;
            }
            if (!begun) {
                begun = true;
                where(now);
            }
            Ranges due = Ranges.next(pace(), nextSecond, isNew, now);
            if (!due.isEmpty()) {
                busy = true;
                threads.execute(() -> catchUp(due));
            }
        }

        /**
         * Goes on behind what is counted; or begins with the past if that is nothing but history.
         */
        private void where(Instant now) {
            OptionalLong counted = reached.countedUntil(polled.id());
            isNew = counted.isEmpty() || counted.equals(reached.historyUntil(polled.id()));
            nextSecond = counted.orElse(now.minus(pace().history()).getEpochSecond());
            if (counted.isEmpty() && pace().history().isZero()) {
                // Not even the last minutes.
                nextSecond = now.minus(pace().delay()).minus(pace().interval()).getEpochSecond();
            }
        }

        private void catchUp(Ranges due) {
            try {
                Ranges ranges = due;
                while (!ranges.isEmpty()) {
                    take(ranges);
                    ranges = answered(ranges);
                }
            } catch (NoAnswerException | MalformedRequestException | IOException e) {
                failed(String.valueOf(e.getMessage()));
            } catch (OverloadedException e) {
                failed("too much is under way here: " + e.getMessage());
            } catch (InterruptedException e) {
                // The poller closes.
            } catch (RuntimeException e) {
                LOG.error("the queries of {} stumble over a fault of ours", polled.sli(), e);
                failed("a fault of ours: " + e);
            }
        }

        /**
         * What is due after this answer. If nothing is, this pass is over at once: what comes from
         * here on happens while somebody watches.
         */
        private synchronized Ranges answered(Ranges ranges) {
            nextSecond = ranges.nextSecond();
            answeredUntil = Optional.of(Instant.ofEpochSecond(ranges.toSecond()));
            if (!failure.isEmpty()) {
                failure = "";
                LOG.info("the queries of {} are answered again", polled.sli());
            }
            Ranges due = Ranges.next(pace(), nextSecond, isNew, clock.instant());
            if (due.isEmpty()) {
                isNew = false;
                busy = false;
            }
            return due;
        }

        private synchronized void failed(String reason) {
            failures++;
            notBefore = clock.instant().plus(pace().interval());
            if (failure.isEmpty()) {
                LOG.warn("the queries of {} are not answered: {}", polled.sli(), reason);
            }
            failure = reason;
            busy = false;
        }

        /** All of the measure's queries for the same instants, in one record. */
        private void take(Ranges ranges)
                throws NoAnswerException,
                        InterruptedException,
                        MalformedRequestException,
                        OverloadedException,
                        IOException {
            Answers answers = new Answers();
            for (Map.Entry<EventSource.Prometheus, QueryServer> asked : servers.entrySet()) {
                answers.add(asked.getKey(), ask(asked.getValue(), asked.getKey().query(), ranges));
            }
            Map<String, String> headers = new HashMap<>();
            headers.put(QueryDecoder.MEASURE, polled.id());
            headers.put("sli", polled.sli());
            intake.takeFetched(
                    NAME, QueryDecoder.KIND, ranges.history(), headers, answers.toBytes());
        }

        private byte[] ask(QueryServer server, String query, Ranges ranges)
                throws NoAnswerException, InterruptedException {
            String base = server.url().toString().replaceAll("/+$", "");
            URI url =
                    URI.create(
                            base
                                    + "/api/v1/query_range?query="
                                    + URLEncoder.encode(query, StandardCharsets.UTF_8)
                                    + "&start="
                                    + ranges.fromSecond()
                                    + "&end="
                                    + ranges.toSecond()
                                    + "&step="
                                    + ranges.stepSeconds());
            HttpResponse<byte[]> response =
                    asker.get(
                            url,
                            server.access(),
                            Map.of("Accept", "application/json"),
                            server.timeout(),
                            MAX_ANSWER_BYTES);
            if (response.statusCode() != 200) {
                String said = new String(response.body(), StandardCharsets.UTF_8);
                throw new NoAnswerException(
                        server.url()
                                + " answered with status "
                                + response.statusCode()
                                + ": "
                                + said.substring(0, Math.min(said.length(), QUOTED_CHARS_MAX)));
            }
            return response.body();
        }
    }

    /** A record's body. */
    private static final class Answers {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void add(EventSource.Prometheus query, byte[] answer) throws IOException {
            text(out.size() == 0 ? "[{" : ",{");
            if (query.dataSource().isPresent()) {
                text("\"dataSource\":" + quoted(query.dataSource().get()) + ",");
            }
            text("\"query\":" + quoted(query.query()) + ",\"answer\":");
            out.write(answer);
            text("}");
        }

        byte[] toBytes() {
            text("]");
            return out.toByteArray();
        }

        private void text(String text) {
            out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }

        private static String quoted(String text) {
            return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
        }
    }
}
