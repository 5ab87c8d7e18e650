package io.sluice.engine.cutover;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Somebody approved a step of a run, in a role that its definition asks for, or lifted one of its
 * holds.
 *
 * @param step the place in the definition's steps
 * @param role that the step asks for; empty where a hold is lifted
 * @param lifts the hold that is lifted; empty where a role approves
 * @param until it is no longer one from then on
 */
public record Approval(
        int step,
        Optional<String> role,
        Optional<Decision.Code> lifts,
        String principal,
        String reason,
        Instant at,
        Instant until) {

    /** What a person may lift: what speaks against the candidate is not among it. */
    private static final List<Decision.Code> LIFTED =
            List.of(Decision.Code.DEADLINE_PASSED, Decision.Code.CAPACITY_UNPROVEN);

    private static final Duration VALID_FOR = Duration.ofDays(1);
    private static final Duration VALID_AT_MOST = Duration.ofDays(7);

    public Approval {
        if (role.isPresent() == lifts.isPresent()) {
            throw new IllegalArgumentException(
                    "an approval is of a role, or lifts a hold, not both");
        }
    }

    /**
     * What somebody asks for.
     *
     * @param until a day from now where it is empty, at most a week from now
     */
    public record Request(
            int step,
            Optional<String> role,
            Optional<Decision.Code> lifts,
            String principal,
            String reason,
            Optional<Instant> until) {

        /**
         * @throws IllegalArgumentException if it is of a role and lifts a hold, or neither, or is
         *     valid for no time or for too long
         */
        Approval at(Instant now) {
            Instant end = until.orElse(now.plus(VALID_FOR));
            if (!end.isAfter(now) || end.isAfter(now.plus(VALID_AT_MOST))) {
                throw new IllegalArgumentException(
                        "until is " + end + ", expected after now, and at most a week from now");
            }
            return new Approval(step, role, lifts, principal, reason, now, end);
        }
    }

    boolean isValid(int inStep, Instant now) {
        return step == inStep && !now.isBefore(at) && now.isBefore(until);
    }

    /**
     * @throws IllegalArgumentException if the plan has no such step, the step does not ask for this
     *     role, or the hold is none that may be lifted
     */
    void requireAskedForBy(CutoverPlan plan) {
        List<String> roles = plan.requireStep(step).approvals();
        lifts.filter(hold -> !LIFTED.contains(hold))
                .ifPresent(
                        hold -> {
                            throw new IllegalArgumentException(
                                    "nobody may lift " + hold + ", expected one of " + LIFTED);
                        });
        role.filter(one -> !roles.contains(one))
                .ifPresent(
                        one -> {
                            throw new IllegalArgumentException(
                                    "step "
                                            + step
                                            + " asks for no approval as "
                                            + one
                                            + ", but as "
                                            + roles);
                        });
    }

    /** As it is kept. */
    Map<String, Object> describe() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("step", step);
        all.put("role", role.orElse(null));
        all.put("lifts", lifts.map(Decision.Code::name).orElse(null));
        all.put("principal", principal);
        all.put("reason", reason);
        all.put("at", at.toString());
        all.put("until", until.toString());
        return all;
    }

    /** As a run's are kept. */
    static String write(List<Approval> all) {
        return CanonicalJson.write(
                Map.of("approvals", all.stream().map(Approval::describe).toList()));
    }

    /** Reads what {@link #write} wrote. */
    static List<Approval> read(String json) {
        return read(CanonicalJson.read(json).path("approvals"));
    }

    /** Reads a list of what {@link #describe} wrote. */
    static List<Approval> read(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(
                        json ->
                                new Approval(
                                        json.path("step").asInt(),
                                        Optional.ofNullable(json.path("role").textValue()),
                                        Optional.ofNullable(json.path("lifts").textValue())
                                                .map(Decision.Code::valueOf),
                                        json.path("principal").asText(),
                                        json.path("reason").asText(),
                                        Instant.parse(json.path("at").asText()),
                                        Instant.parse(json.path("until").asText())))
                .toList();
    }
}
