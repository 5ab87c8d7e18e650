package io.sluice.dashboard.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.HandlerType;
import io.sluice.dashboard.http.Json;
import io.sluice.dashboard.http.SharedAnswers;
import io.sluice.dashboard.openapi.OpenApi;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.security.AuditLog;
import io.sluice.dashboard.security.Role;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.SloEngine;
import io.sluice.engine.TraceReader;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every operation of the API, in one list. A new one is a line in the class of its feature; the
 * description follows from it.
 */
public final class ApiRoutes implements AutoCloseable {
    /** Where the API's paths begin. */
    public static final String BASE = "/api/v1";

    /** The store keeps 400 days. */
    static final Duration MAX_WINDOW = Duration.ofDays(400);

    private static final String ABOUT =
            "Service level objectives, alerts and go or no-go for cutovers. Times are UTC, shares"
                    + " and ratios lie between 0 and 1, durations say their unit. Within the"
                    + " version the API only grows: members, words and operations may be added to"
                    + " answers, so clients pass over what they do not know.";

    private final List<Operation> operations;
    private final EventRoutes events;
    private byte @Nullable [] description;

    /**
     * @param shared what many ask at once
     */
    public ApiRoutes(
            SloEngine engine,
            IngestStatus ingest,
            TraceReader traces,
            SharedAnswers shared,
            AuditLog audit) {
        this.events = new EventRoutes(engine);
        this.operations =
                Stream.of(
                                new SloRoutes(engine, shared).operations(),
                                new JourneyRoutes(engine, shared).operations(),
                                new IncidentRoutes(engine, shared).operations(),
                                new BacktestRoutes(engine).operations(),
                                new OutlookRoutes(engine).operations(),
                                new CutoverRoutes(engine, shared).operations(),
                                new EvidenceRoutes(engine).operations(),
                                events.operations(),
                                new BaselineRoutes(engine).operations(),
                                new MigrationRoutes(engine).operations(),
                                new ResultRoutes(engine).operations(),
                                new TraceRoutes(engine, traces).operations(),
                                new StateRoutes(engine, ingest, shared).operations(),
                                new AuditRoutes(audit).operations())
                        .flatMap(List::stream)
                        .toList();
    }

    /** All of them, in the description's order. */
    public List<Operation> operations() {
        return operations;
    }

    /** OpenAPI 3.1 of all of them, as JSON; made once. */
    public synchronized byte[] description() {
        byte[] made = description;
        if (made == null) {
            made = Json.bytes(OpenApi.document(BASE, ABOUT, operations));
            description = made;
        }
        return made;
    }

    /** How the streams of events do. */
    public EventStreams streams() {
        return new EventStreams(events.listening(), events.cutOff(), events.refused());
    }

    /**
     * Streams of events.
     *
     * @param listening now
     * @param cutOff ended because their readers were too far behind, since the start
     * @param refused not begun because there were too many, since the start
     */
    public record EventStreams(long listening, long cutOff, long refused) {}

    /** Ends every stream. */
    @Override
    public void close() {
        events.close();
    }

    /** Adds the routes to a server. */
    public void register(RoutesConfig config) {
        for (Operation operation : operations) {
            String path = BASE + operation.path();
            Role[] roles = operation.roles().toArray(Role[]::new);
            config.addHttpHandler(operation.method(), path, operation.handler(), roles);
            if (operation.method().equals(HandlerType.GET) && !operation.streams()) {
                // Javalin would answer 200 for whatever GET knows the shape of; Jetty leaves the
                // body out.
                config.addHttpHandler(HandlerType.HEAD, path, operation.handler(), roles);
            }
        }
    }
}
