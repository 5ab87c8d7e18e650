package io.sluice.examples.demo;

import io.sluice.examples.automation.CutoverPilot;
import io.sluice.examples.automation.Decision;
import io.sluice.examples.automation.GateAnswer;
import io.sluice.examples.shop.ShopService;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Judges whether the story ended as it should, and collects what did not. */
final class Ending {
    private final List<String> problems = new ArrayList<>();

    /** What is wrong; empty when nothing is. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Every service must have been moved. */
    void outcomes(Map<ShopService, CutoverPilot.Outcome> outcomes) {
        outcomes.forEach(
                (service, outcome) -> {
                    if (outcome != CutoverPilot.Outcome.COMPLETED) {
                        problems.add("the cutover of " + service.tag() + " ended " + outcome);
                    }
                });
    }

    /** All traffic must be on the platform. */
    void shares(Map<ShopService, Double> shares) {
        shares.forEach(
                (service, share) -> {
                    if (share != 1) {
                        problems.add(service.tag() + " is at a share of " + share + ", not 1");
                    }
                });
    }

    /**
     * A build with the fault must have been refused, for what is wrong with it, and not before its
     * fault shows; where it shows at once, no step must have been let on before. A build without
     * the fault must not have been refused at all.
     */
    void firstRun(Fault fault, ShopService service, List<GateAnswer> answers) {
        boolean isFaulty = fault.service().equals(Optional.of(service));
        Optional<GateAnswer> refusal =
                answers.stream().filter(a -> a.decision() == Decision.NO_GO).findFirst();
        if (isFaulty != refusal.isPresent()) {
            problems.add(
                    "the first run of "
                            + service.tag()
                            + (isFaulty ? " got no NO_GO" : " got a NO_GO, and has no fault"));
        }
        refusal.filter(_ -> isFaulty)
                .filter(answer -> !isRight(fault, answer))
                .ifPresent(
                        answer ->
                                problems.add(
                                        "the first run of "
                                                + service.tag()
                                                + " was refused at a share of "
                                                + answer.candidateShare()
                                                + " for "
                                                + metrics(answer)
                                                + ", expected "
                                                + fault.metric()
                                                + " from "
                                                + fault.showsFrom()
                                                + " on"));
        if (isFaulty && fault.showsFrom() == 0) {
            answers.stream()
                    .filter(answer -> answer.decision() == Decision.GO)
                    .findFirst()
                    .ifPresent(
                            answer ->
                                    problems.add(
                                            "the first run of "
                                                    + service.tag()
                                                    + " got a GO at a share of "
                                                    + answer.candidateShare()
                                                    + ", and its fault shows from the first"
                                                    + " request on"));
        }
    }

    private static boolean isRight(Fault fault, GateAnswer answer) {
        return metrics(answer).contains(fault.metric())
                && answer.candidateShare() >= fault.showsFrom();
    }

    private static List<String> metrics(GateAnswer answer) {
        return answer.reasons().stream()
                .map(GateAnswer.Reason::metric)
                .filter(metric -> !metric.isEmpty())
                .toList();
    }

    /** Every request must have been answered. */
    void unanswered(long visits) {
        if (visits > 0) {
            problems.add(visits + " visits got no answer from the proxy");
        }
    }

    /** Every span must have been accepted. */
    void flushed(boolean flushed) {
        if (!flushed) {
            problems.add("some spans were not accepted by Sluice");
        }
    }

    /** Everything sent must have been counted, once. */
    void counts(List<CountCheck.Row> rows) {
        for (CountCheck.Row row : rows) {
            if (!row.exact()) {
                problems.add(
                        row.sli()
                                + " ("
                                + row.side()
                                + "): sent "
                                + row.sent()
                                + ", counted "
                                + row.counted());
            }
        }
    }
}
