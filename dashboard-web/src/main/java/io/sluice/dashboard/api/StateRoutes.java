package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;

import io.javalin.http.Context;
import io.sluice.dashboard.http.SharedAnswers;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.SloEngine;

import java.util.List;

/** What is in force, what came in, and what Sluice keeps beside its limits. */
final class StateRoutes {
    private final SloEngine engine;
    private final IngestStatus ingest;
    private final SharedAnswers shared;

    StateRoutes(SloEngine engine, IngestStatus ingest, SharedAnswers shared) {
        this.engine = engine;
        this.shared = shared;
        this.ingest = ingest;
    }

    List<Operation> operations() {
        return List.of(
                get(
                                "/definitions",
                                "getDefinitions",
                                "The definition set in force, file by file, and what is wrong"
                                        + " with a newer one")
                        .takes(Paging.LIMIT, Paging.CURSOR)
                        .answers(DefinitionsView.class, this::definitions),
                get("/counts", "listCounts", "Raw whole counts since the store began")
                        .takes(Paging.LIMIT, Paging.CURSOR)
                        .shared(shared)
                        .answers(CountsView.class, this::counts),
                get("/ingest", "getIngest", "What came in and what became of it, since the start")
                        .takes(Paging.LIMIT, Paging.CURSOR)
                        .answers(IngestView.class, this::ingest),
                get(
                                "/system",
                                "getSystem",
                                "What Sluice keeps beside its limits, and what applying the log"
                                        + " met since the start")
                        .answers(
                                SystemView.class,
                                ctx -> SystemView.of(engine.vitals(), ingest.offenders())));
    }

    private DefinitionsView definitions(Context ctx) {
        DefinitionSet set = engine.definitions();
        return DefinitionsView.of(
                set, Paging.of(ctx, set.files(), SourceFile::path), engine.definitionProblems());
    }

    private IngestView ingest(Context ctx) {
        return IngestView.of(
                Paging.of(ctx, ingest.rows(), row -> row.receiver() + " " + row.signal()));
    }

    private CountsView counts(Context ctx) {
        return CountsView.of(
                Paging.of(
                        ctx,
                        engine.counts(),
                        row ->
                                String.join(
                                        " ", row.sli(), row.cutover(), row.side(), row.signal())));
    }
}
