package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.examples.automation.CutoverPilot.Outcome;
import io.sluice.examples.automation.Decision;
import io.sluice.examples.shop.ShopService;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.Map;

class EndingTest {
    private final Ending ending = new Ending();

    @Test
    void theStoryAsItShouldBe_hasNoProblems() {
        ending.outcomes(Map.of(ShopService.CART, Outcome.COMPLETED));
        ending.shares(Map.of(ShopService.CART, 1.0));
        ending.firstCheckoutRun(List.of(Decision.HOLD, Decision.HOLD, Decision.NO_GO));
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
    void goForTheFirstBuild_isAProblem_andSoIsNoAnswerAtAll() {
        ending.firstCheckoutRun(List.of(Decision.HOLD, Decision.GO, Decision.NO_GO));
        ending.firstCheckoutRun(List.of(Decision.HOLD));
        ending.firstCheckoutRun(List.of());
        assertThat(ending.problems()).hasSize(3);
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
