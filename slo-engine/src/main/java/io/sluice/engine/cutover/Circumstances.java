package io.sluice.engine.cutover;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.StreamSupport;

/**
 * What a decision was made from besides the pinned definition, the sealed counts, the step and the
 * time. Whatever {@link Gate} looks at that is none of these has to be here: it goes into the
 * evidence, and who has only that can decide again.
 *
 * @param outside what the desk told the gate
 * @param approvals of the run until then
 * @param sealedTo strata that end by this time were sealed or dropped, seconds since the epoch
 * @param inferred whether steps were read off the traffic
 * @param complete whether the last step's GO was given before
 * @param lateBaseline the share of the baseline's events that came after their stratum was sealed
 * @param override who began the run although its plan was refused
 */
record Circumstances(
        Outside outside,
        List<Approval> approvals,
        long sealedTo,
        boolean inferred,
        boolean complete,
        double lateBaseline,
        double lateCandidate,
        Optional<PlanOverride> override) {
    Circumstances {
        approvals = List.copyOf(approvals);
    }

    /** As a decision's evidence has them. */
    Map<String, Object> describe() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("firing", outside.firing());
        all.put(
                "provenPerMinute",
                outside.provenPerMinute().isPresent()
                        ? outside.provenPerMinute().getAsLong()
                        : null);
        all.put("approvals", approvals.stream().map(Approval::describe).toList());
        all.put("sealedTo", sealedTo);
        all.put("inferred", inferred);
        all.put("complete", complete);
        all.put("lateBaseline", lateBaseline);
        all.put("lateCandidate", lateCandidate);
        override.ifPresent(one -> all.put("override", one.describe()));
        return all;
    }

    /** Reads what {@link #describe} wrote. */
    static Circumstances read(JsonNode json) {
        JsonNode proven = json.path("provenPerMinute");
        return new Circumstances(
                new Outside(
                        StreamSupport.stream(json.path("firing").spliterator(), false)
                                .map(JsonNode::asText)
                                .toList(),
                        proven.isNumber()
                                ? OptionalLong.of(proven.asLong())
                                : OptionalLong.empty()),
                Approval.read(json.path("approvals")),
                json.path("sealedTo").asLong(),
                json.path("inferred").asBoolean(),
                json.path("complete").asBoolean(),
                json.path("lateBaseline").asDouble(),
                json.path("lateCandidate").asDouble(),
                json.has("override")
                        ? Optional.of(PlanOverride.read(json.path("override")))
                        : Optional.empty());
    }
}
