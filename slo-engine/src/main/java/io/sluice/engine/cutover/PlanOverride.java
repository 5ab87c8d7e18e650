package io.sluice.engine.cutover;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * Somebody began a run although its plan was refused.
 *
 * @param refusals what was overridden, in words
 */
public record PlanOverride(String principal, String reason, List<String> refusals) {
    public PlanOverride {
        refusals = List.copyOf(refusals);
    }

    /** As it is kept with the run. */
    Map<String, Object> describe() {
        return Map.of("principal", principal, "reason", reason, "refusals", refusals);
    }

    /** Reads what {@link #describe} wrote. */
    static PlanOverride read(JsonNode json) {
        return new PlanOverride(
                json.path("principal").asText(),
                json.path("reason").asText(),
                StreamSupport.stream(json.path("refusals").spliterator(), false)
                        .map(JsonNode::asText)
                        .toList());
    }
}
