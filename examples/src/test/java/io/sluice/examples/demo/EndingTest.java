package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.examples.automation.CutoverPilot.Outcome;
import io.sluice.examples.automation.Decision;
import io.sluice.examples.automation.GateAnswer;
import io.sluice.examples.shop.ShopService;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;

class EndingTest {
    private final Ending ending = new Ending();

    @Test
    void theStoryAsItShouldBe_hasNoProblems() {
        ending.outcomes(Map.of(ShopService.CART, Outcome.COMPLETED));
        ending.shares(Map.of(ShopService.CART, 1.0));
        ending.firstRun(
                Fault.RACE,
                ShopService.CHECKOUT,
                List.of(
                        answer(Decision.HOLD, 0.01, "errors"),
                        answer(Decision.NO_GO, 0.01, "errors")));
        ending.firstRun(Fault.RACE, ShopService.CART, List.of(answer(Decision.GO, 0.01, "errors")));
        ending.firstRun(
                Fault.LATE,
                ShopService.CHECKOUT,
                List.of(answer(Decision.GO, 0.1, "errors"), answer(Decision.NO_GO, 0.5, "errors")));
        ending.firstRun(Fault.NONE, ShopService.CHECKOUT, List.of());
        ending.unanswered(0);
        ending.flushed(true);
        ending.counts(List.of(new CountCheck.Row("s", "all", "spans", 5, 5)));
        assertThat(ending.problems()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Outcome.class,
            names = {"HELD", "ROLLED_BACK"})
    void cutoverThatIsNotDone_isAProblem(Outcome outcome) {
        ending.outcomes(Map.of(ShopService.CART, outcome));
        assertThat(ending.problems()).hasSize(1);
    }

    @Test
    void faultThatWasNotStopped_isAProblem_andSoIsNoAnswerAtAll() {
        ending.firstRun(
                Fault.RACE, ShopService.CHECKOUT, List.of(answer(Decision.GO, 1, "errors")));
        ending.firstRun(Fault.RACE, ShopService.CHECKOUT, List.of());
        assertThat(ending.problems())
                .containsExactly(
                        "the first run of checkout got no NO_GO",
                        "the first run of checkout got a GO at a share of 1.0, and its fault shows"
                                + " from the first request on",
                        "the first run of checkout got no NO_GO");
    }

    @Test
    void faultThatShowsAtOnce_andWasLetOnBeforeItWasStopped_isAProblem() {
        ending.firstRun(
                Fault.RACE,
                ShopService.CHECKOUT,
                List.of(
                        answer(Decision.GO, 0.01, "errors"),
                        answer(Decision.NO_GO, 0.1, "errors")));
        assertThat(ending.problems())
                .containsExactly(
                        "the first run of checkout got a GO at a share of 0.01, and its fault shows"
                                + " from the first request on");
    }

    @Test
    void soundBuildThatWasStopped_isAProblem() {
        ending.firstRun(
                Fault.NONE, ShopService.AUTH, List.of(answer(Decision.NO_GO, 0.1, "errors")));
        ending.firstRun(
                Fault.LATE, ShopService.AUTH, List.of(answer(Decision.NO_GO, 0.1, "errors")));
        assertThat(ending.problems()).hasSize(2);
    }

    @Test
    void faultThatWasStoppedForSomethingElse_orBeforeItShows_isAProblem() {
        ending.firstRun(
                Fault.LATENCY, ShopService.AUTH, List.of(answer(Decision.NO_GO, 0.1, "errors")));
        ending.firstRun(
                Fault.LATE, ShopService.CHECKOUT, List.of(answer(Decision.NO_GO, 0.1, "errors")));
        assertThat(ending.problems())
                .containsExactly(
                        "the first run of auth was refused at a share of 0.1 for [errors], expected"
                                + " slow from 0.0 on",
                        "the first run of checkout was refused at a share of 0.1 for [errors],"
                                + " expected errors from 0.5 on");
    }

    private static GateAnswer answer(Decision decision, double share, String metric) {
        return new GateAnswer(
                decision,
                "1",
                share,
                List.of(new GateAnswer.Reason("C", metric, "")),
                Optional.empty());
    }

    @Test
    void inexactCountsLostSpansAndUnansweredVisits_areProblems() {
        ending.counts(List.of(new CountCheck.Row("s", "all", "spans", 5, 4)));
        ending.flushed(false);
        ending.unanswered(1);
        ending.shares(Map.of(ShopService.CART, 0.5));
        assertThat(ending.problems())
                .hasSize(4)
                .contains("s (all): sent 5, counted 4", "cart is at a share of 0.5, not 1");
    }
}
