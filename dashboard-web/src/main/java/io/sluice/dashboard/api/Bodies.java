package io.sluice.dashboard.api;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.sluice.engine.cutover.Run;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** What automation sends, and what it gets for it. */
final class Bodies {
    private Bodies() {}

    record StartRun(@JsonProperty(required = true) @Nullable String revision) {}

    record StartedRun(
            String cutover,
            String run,
            String revision,
            Instant startedAt,
            String definitionDigest) {
        static StartedRun of(Run run) {
            return new StartedRun(
                    run.cutover(),
                    Integer.toString(run.number()),
                    run.revision(),
                    run.startedAt(),
                    run.definitionDigest());
        }
    }

    record ReportStep(
            @JsonProperty(required = true) int index,
            @JsonProperty(required = true) double share) {}

    record ReportedStep(String cutover, String run, int index, double share, Instant startedAt) {}

    record Deployment(
            @JsonProperty(required = true) @Nullable String service,
            @JsonProperty(required = true) @Nullable String version,
            @Nullable String deployedAt,
            @Nullable String committedAt) {}

    record RecordedDeployment(
            String service, String version, Instant deployedAt, @Nullable Instant committedAt) {}

    record Backtest(
            @Nullable String slo,
            @Nullable String from,
            @Nullable String to,
            @Nullable List<DefinitionFile> files,
            @Nullable List<Incident> incidents) {}

    record GateBacktest(@Nullable String from, @Nullable String to) {}

    record DefinitionFile(
            @JsonProperty(required = true) @Nullable String path,
            @JsonProperty(required = true) @Nullable String text) {}

    record Incident(
            @JsonProperty(required = true) @Nullable String from,
            @JsonProperty(required = true) @Nullable String to) {}

    record MissedIncident(
            @JsonProperty(required = true) @Nullable String slo,
            @JsonProperty(required = true) @Nullable String from,
            @JsonProperty(required = true) @Nullable String to,
            @Nullable String note) {}

    record NewSilence(
            @Nullable String slo,
            @Nullable String from,
            @JsonProperty(required = true) @Nullable String until,
            @JsonProperty(required = true) @Nullable String reason) {}
}
