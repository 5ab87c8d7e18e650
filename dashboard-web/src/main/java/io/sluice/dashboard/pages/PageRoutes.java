package io.sluice.dashboard.pages;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.sluice.dashboard.http.Problem;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.SloEngine;
import io.sluice.engine.TraceReader;

/** Every page. */
public final class PageRoutes {
    private final TemplateEngine templates =
            TemplateEngine.createPrecompiled(
                    null, ContentType.Html, null, "io.sluice.dashboard.templates");

    public PageRoutes(SloEngine engine, IngestStatus ingest, TraceReader traces) {}

    /** Adds the pages to a server. */
    public void register(RoutesConfig routes) {}

    /** Tells a person what went wrong. */
    public void problem(Context ctx, Problem problem) {
        StringOutput html = new StringOutput();
        templates.render("problem.jte", problem, html);
        ctx.html(html.toString());
    }
}
