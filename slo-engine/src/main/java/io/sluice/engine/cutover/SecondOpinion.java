package io.sluice.engine.cutover;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.engine.cutover.Decision.Code;
import io.sluice.engine.store.StoredStratum;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides again what a run's records say was decided, with the classes that decided: what each
 * record brings is sealed, {@link Gate} is asked at the record's time, and everything that it says
 * is held against the record. Used by one thread; records come in their order.
 */
final class SecondOpinion {

    /** Logarithms may differ in their last bits from one machine to another. */
    private static final double ROUNDING = 1e-9;

    /** What another version may word differently, and who that is. */
    private static final Set<String> OF_THE_VERSION = Set.of("engine", "format");

    private final CutoverPlan plan;
    private final Run run;
    private @Nullable RunState state;

    /**
     * @param plan compiled from the definition that the run was pinned to
     * @param run without steps
     */
    SecondOpinion(CutoverPlan plan, Run run) {
        this.plan = plan;
        this.run = run;
    }

    /**
     * Takes the next record.
     *
     * @return what differs, in sentences, the decision first; empty if nothing does
     */
    List<String> differences(JsonNode record) {
        List<String> differences = new ArrayList<>();
        try {
            decidedAgain(record, differences);
        } catch (RuntimeException e) {
            // A count that cannot be, a time that is none, bytes that are no sketch: somebody wrote
            // that, and not Sluice.
            differences.add("it cannot be decided again: " + e.getMessage());
        }
        return differences;
    }

    private void decidedAgain(JsonNode record, List<String> differences) {
        RunState known = state;
        RunState current = known == null ? begin(record) : known;
        state = current;
        String pinned = record.path("configSha256").asText();
        if (!pinned.equals(plan.sha256())) {
            underAnotherDefinition(record).ifPresent(differences::add);
            return;
        }
        Circumstances seen = Circumstances.read(record.path("circumstances"));
        List<StoredStratum> strata = EvidenceRecord.strata(record);
        current.follow(EvidenceRecord.stepOf(record), seen, strata);
        Decision decision =
                Gate.decide(
                        current,
                        Instant.parse(record.path("evaluatedAt").asText()),
                        seen.outside());
        Map<String, Object> again =
                EvidenceRecord.describe(
                        decision,
                        new EvidenceRecord.Basis(
                                plan,
                                run.startedAt(),
                                current.evidence(),
                                seen,
                                strata,
                                EvidenceRecord.previous(record)));
        compare(CanonicalJson.read(CanonicalJson.write(again)), record, differences);
        current.said(EvidenceRecord.decision("", "", record));
    }

    private RunState begin(JsonNode record) {
        return RunState.again(
                plan,
                run,
                BaselineHistory.read(record.path("dispersion")),
                Circumstances.read(record.path("circumstances")).override());
    }

    /** Then nothing is sealed, and nothing can be said but that. */
    private static Optional<String> underAnotherDefinition(JsonNode record) {
        boolean held =
                record.path("verdict").asText().equals(Decision.Verdict.HOLD.name())
                        && record.path("strata").isEmpty()
                        && record.at("/reasons/0/code").asText().equals(Code.CONFIG_CHANGED.name());
        return held
                ? Optional.empty()
                : Optional.of(
                        "it was made under another definition than the run was pinned to, and is no"
                                + " HOLD that says so");
    }

    private static void compare(JsonNode again, JsonNode record, List<String> differences) {
        boolean ofThisVersion = again.path("engine").equals(record.path("engine"));
        Map<String, String> unequal = new HashMap<>();
        Set<String> members = new TreeSet<>();
        again.fieldNames().forEachRemaining(members::add);
        record.fieldNames().forEachRemaining(members::add);
        members.removeAll(OF_THE_VERSION);
        for (String member : members) {
            difference(member, again.path(member), record.path(member), ofThisVersion)
                    .ifPresent(text -> unequal.put(member, text));
        }
        // What was decided comes first: the rest is why.
        for (String member : List.of("verdict", "final", "step", "metrics", "reasons")) {
            Optional.ofNullable(unequal.remove(member)).ifPresent(differences::add);
        }
        unequal.values().stream().sorted().forEach(differences::add);
    }

    /** The first place where two values differ. */
    private static Optional<String> difference(
            String path, JsonNode again, JsonNode record, boolean wordForWord) {
        if (again.isObject() && record.isObject()) {
            Set<String> members = new TreeSet<>();
            again.fieldNames().forEachRemaining(members::add);
            record.fieldNames().forEachRemaining(members::add);
            return members.stream()
                    .filter(member -> wordForWord || !member.equals("text"))
                    .map(
                            member ->
                                    difference(
                                            path + "." + member,
                                            again.path(member),
                                            record.path(member),
                                            wordForWord))
                    .flatMap(Optional::stream)
                    .findFirst();
        }
        if (again.isArray() && record.isArray() && again.size() == record.size()) {
            for (int i = 0; i < again.size(); i++) {
                Optional<String> inItem =
                        difference(path + "[" + i + "]", again.get(i), record.get(i), wordForWord);
                if (inItem.isPresent()) {
                    return inItem;
                }
            }
            return Optional.empty();
        }
        return isTheSame(again, record)
                ? Optional.empty()
                : Optional.of(
                        path
                                + " is "
                                + shown(record)
                                + ", and "
                                + shown(again)
                                + " when it is decided again");
    }

    private static boolean isTheSame(JsonNode again, JsonNode record) {
        if (again.isNumber() && record.isNumber()) {
            double one = again.asDouble();
            double other = record.asDouble();
            return Math.abs(one - other)
                    <= ROUNDING * Math.max(1, Math.max(Math.abs(one), Math.abs(other)));
        }
        return again.equals(record);
    }

    private static String shown(JsonNode value) {
        String text = value.isMissingNode() ? "nothing" : value.toString();
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
