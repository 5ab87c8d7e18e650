package io.sluice.dashboard.api;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.sluice.dashboard.openapi.Described;
import io.sluice.engine.cutover.Run;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** What automation sends, and what it gets for it. */
final class Bodies {
    private Bodies() {}

    record StartRun(
            @Described(
                            value = "What is rolled out, for example a commit or a version.",
                            maxLength = Params.MAX_TEXT_LENGTH)
                    @JsonProperty(required = true)
                    @Nullable String revision,
            @Described(
                            "Begins it even if its plan is refused; whose token it is and the"
                                    + " reason stay in the evidence.")
                    @Nullable PlanOverride override) {}

    record PlanOverride(
            @Described(maxLength = Params.MAX_TEXT_LENGTH) @JsonProperty(required = true)
                    @Nullable String reason) {}

    record StartedRun(
            String cutover,
            String run,
            String revision,
            Instant startedAt,
            @Described("Of the definitions that the run is held to.") String definitionDigest) {
        static StartedRun of(Run run) {
            return new StartedRun(
                    run.cutover(),
                    Integer.toString(run.number()),
                    run.revision(),
                    run.startedAt(),
                    run.definitionDigest());
        }
    }

    record Approve(
            @Described("Of the step in the definition, from 0.") @JsonProperty(required = true)
                    int step,
            @Described(
                            value =
                                    "A role that the step asks for, and that the token may"
                                            + " approve as; or `lifts`.",
                            maxLength = Params.MAX_TEXT_LENGTH)
                    @Nullable String role,
            @Described("DEADLINE_PASSED or CAPACITY_UNPROVEN; or `role`.") @Nullable String lifts,
            @Described(maxLength = Params.MAX_TEXT_LENGTH) @JsonProperty(required = true)
                    @Nullable String reason,
            @Described(value = "A day from now unless given, at most a week.", format = "date-time")
                    @Nullable String until) {}

    record ReportStep(
            @Described("Of the step in the definition, from 0.") @JsonProperty(required = true)
                    int index,
            @Described("The candidate's share that was set; the step's.")
                    @JsonProperty(required = true)
                    double share) {}

    record ReportedStep(String cutover, String run, int index, double share, Instant startedAt) {}

    record NewBaseline(
            @Described(maxLength = Params.MAX_TEXT_LENGTH) @JsonProperty(required = true)
                    @Nullable String name,
            @Described(format = "date-time") @JsonProperty(required = true) @Nullable String from,
            @Described(value = "Now unless given.", format = "date-time") @Nullable String to,
            @Described("Times that were not normal.") @Nullable List<LeaveOut> leaveOut,
            @Described("Names of exclusions whose times are left out, too.")
                    @Nullable List<String> exclusions) {}

    record LeaveOut(
            @Described(format = "date-time") @JsonProperty(required = true) @Nullable String from,
            @Described(format = "date-time") @JsonProperty(required = true) @Nullable String to,
            @Described(maxLength = Params.MAX_TEXT_LENGTH) @JsonProperty(required = true)
                    @Nullable String reason) {}

    record Attestation(
            @Described("The criterion's phase; empty for a goal.") @Nullable String phase,
            @Described(maxLength = Params.MAX_TEXT_LENGTH) @JsonProperty(required = true)
                    @Nullable String criterion,
            @Described(maxLength = Params.MAX_TEXT_LENGTH) @Nullable String note) {}

    record Deployment(
            @Described(maxLength = Params.MAX_TEXT_LENGTH) @JsonProperty(required = true)
                    @Nullable String service,
            @Described(maxLength = Params.MAX_TEXT_LENGTH) @JsonProperty(required = true)
                    @Nullable String version,
            @Described(value = "Now unless given.", format = "date-time")
                    @Nullable String deployedAt,
            @Described(value = "When the change was made, for lead times.", format = "date-time")
                    @Nullable String committedAt) {}

    record RecordedDeployment(
            String service, String version, Instant deployedAt, @Nullable Instant committedAt) {}

    @Described(name = "BacktestQuestion")
    record Backtest(
            @Described("Only this one; all of them unless given.") @Nullable String slo,
            @Described(value = "7 days before `to` unless given.", format = "date-time")
                    @Nullable String from,
            @Described(value = "Now unless given.", format = "date-time") @Nullable String to,
            @Described("A whole set of definitions, to be compared with what is in" + " force.")
                    @Nullable List<DefinitionFile> files,
            @Described("What should have been told; what users have marked unless given.")
                    @Nullable List<Incident> incidents) {}

    @Described(name = "OutlookQuestion")
    record Outlook(
            @Described("A whole set of definitions.") @JsonProperty(required = true)
                    @Nullable List<DefinitionFile> files) {}

    @Described(name = "GateBacktestQuestion")
    record GateBacktest(
            @Described(value = "3 days before `to` unless given.", format = "date-time")
                    @Nullable String from,
            @Described(value = "Now unless given.", format = "date-time") @Nullable String to) {}

    @Described(name = "BacktestFile")
    record DefinitionFile(
            @Described(maxLength = Params.MAX_TEXT_LENGTH) @JsonProperty(required = true)
                    @Nullable String path,
            @JsonProperty(required = true) @Nullable String text) {}

    @Described(name = "KnownIncident")
    record Incident(
            @Described(format = "date-time") @JsonProperty(required = true) @Nullable String from,
            @Described(format = "date-time") @JsonProperty(required = true) @Nullable String to) {}

    record MissedIncident(
            @JsonProperty(required = true) @Nullable String slo,
            @Described(format = "date-time") @JsonProperty(required = true) @Nullable String from,
            @Described(format = "date-time") @JsonProperty(required = true) @Nullable String to,
            @Described(maxLength = Params.MAX_TEXT_LENGTH) @Nullable String note) {}

    record NewSilence(
            @Described("Only this one; all of them unless given.") @Nullable String slo,
            @Described(value = "Now unless given.", format = "date-time") @Nullable String from,
            @Described(format = "date-time") @JsonProperty(required = true) @Nullable String until,
            @Described(maxLength = Params.MAX_TEXT_LENGTH) @JsonProperty(required = true)
                    @Nullable String reason) {}
}
