package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.engine.cutover.Approval;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** Somebody approved a step, or lifted one of its holds. */
@Described(name = "Approval")
record ApprovalView(
        int step,
        @Nullable String role,
        @Described("The code of the hold that is lifted.") @Nullable String lifts,
        @Described("Whose token it was.") String principal,
        String reason,
        Instant at,
        Instant until) {

    static ApprovalView of(Approval approval) {
        return new ApprovalView(
                approval.step(),
                Views.orNull(approval.role()),
                Views.orNull(approval.lifts().map(Enum::name)),
                approval.principal(),
                approval.reason(),
                approval.at(),
                approval.until());
    }

    /** {@code GET /api/v1/cutovers/{name}/runs/{run}/approvals}. */
    @Described(name = "Approvals")
    record Page(List<ApprovalView> approvals) {}
}
