package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;

import io.javalin.http.Context;
import io.sluice.dashboard.openapi.Described;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.security.AuditLog;
import io.sluice.dashboard.security.Role;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** Who changed what. */
final class AuditRoutes {
    private final AuditLog audit;

    AuditRoutes(AuditLog audit) {
        this.audit = audit;
    }

    @Described(name = "AuditEntry", value = "A change that was made or refused, or a login.")
    record EntryView(
            Instant at,
            @Described("The principal's name; null for somebody who is not known.")
                    @Nullable String who,
            @Described("Method and path.") String what,
            @Described("The status that it was answered.") int status,
            @Described("The address that it came from.") String from) {
        static EntryView of(AuditLog.Entry entry) {
            return new EntryView(
                    entry.at(),
                    entry.who().isEmpty() ? null : entry.who(),
                    entry.what(),
                    entry.status(),
                    entry.from());
        }
    }

    /** {@code GET /api/v1/audit}. */
    @Described(name = "Audit")
    record Page(
            List<EntryView> entries,
            @Described("Where the next page begins, as ?cursor; null on the last.")
                    @Nullable String next) {}

    List<Operation> operations() {
        return List.of(
                get(
                                "/audit",
                                "listAudit",
                                "Changes and logins since the start, newest first, the last 1,000;"
                                        + " all of them are lines of the log io.sluice.audit")
                        .roles(Role.OPERATE)
                        .takes(Paging.LIMIT, Paging.CURSOR)
                        .answers(Page.class, this::entries));
    }

    private Page entries(Context ctx) {
        Paging.Page<AuditLog.Entry> page =
                Paging.of(ctx, audit.newestFirst(), entry -> Paging.highestFirst(entry.number()));
        return new Page(page.map(EntryView::of), page.next());
    }
}
