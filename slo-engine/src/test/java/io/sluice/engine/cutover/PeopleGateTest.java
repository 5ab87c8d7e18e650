package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.cutover.Decision.Code;
import io.sluice.engine.cutover.Decision.Reason;
import io.sluice.engine.cutover.Decision.Verdict;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;

/** Gates that people keep or lift: approvals, deadlines, and load that was never carried. */
class PeopleGateTest {

    private static Rehearsal begun(Fixtures cutover, double share) {
        Rehearsal rehearsal = new Rehearsal(Fixtures.measures(cutover.build()));
        rehearsal.startRun();
        rehearsal.step(1, 0, share);
        return rehearsal;
    }

    private static void healthy(Rehearsal rehearsal, int times) {
        rehearsal.tenSecondsTimes(times, 9, 900, 0, 100);
    }

    /** As good as the baseline, which takes longer to prove. */
    private static void equal(Rehearsal rehearsal, int times) {
        rehearsal.tenSecondsTimes(times, 9, 900, 1, 100);
    }

    private static Approval.Request of(int step, String role) {
        return new Approval.Request(
                step, Optional.of(role), Optional.empty(), "ann", "seen it", Optional.empty());
    }

    private static Approval.Request lifting(Code hold, Optional<Instant> until) {
        return new Approval.Request(
                0, Optional.empty(), Optional.of(hold), "ann", "we watch it", until);
    }

    private static void approve(Rehearsal rehearsal, Approval.Request request) {
        rehearsal.desk.approve("orders", 1, request, rehearsal.now);
        rehearsal.checkpoint();
    }

    private static List<Code> codes(Rehearsal rehearsal) {
        return rehearsal.decision().reasons().stream().map(Reason::code).toList();
    }

    // ---- approvals ----

    @Test
    void withoutEachApproval_aProvenStepHolds_andWithThemItNamesWhoGaveThem() {
        Rehearsal rehearsal =
                begun(
                        Fixtures.cutover()
                                .metric("errors")
                                .stepWithApprovals(0.1, 2, "sre", "release-manager")
                                .step(0.5, 1.5, 1.2),
                        0.1);
        healthy(rehearsal, 20);
        assertThat(codes(rehearsal)).containsExactly(Code.APPROVAL_MISSING, Code.APPROVAL_MISSING);
        approve(rehearsal, of(0, "sre"));
        assertThat(codes(rehearsal)).containsExactly(Code.APPROVAL_MISSING);
        assertThat(rehearsal.decision().reasons().getFirst().text())
                .isEqualTo("step 0 needs an approval as release-manager");
        approve(rehearsal, of(0, "release-manager"));
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        assertThat(rehearsal.decision().reasons().getLast().text())
                .startsWith("ann approved as release-manager until ")
                .endsWith(": seen it");
        rehearsal.restart();
        rehearsal.pass(1);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void anApproval_isOfOneStep_andExpires() {
        Rehearsal rehearsal =
                begun(
                        Fixtures.cutover()
                                .metric("errors")
                                .stepWithApprovals(0.1, 2, "sre")
                                .stepWithApprovals(0.5, 2, "sre"),
                        0.1);
        approve(rehearsal, of(1, "sre"));
        healthy(rehearsal, 20);
        assertThat(codes(rehearsal)).containsExactly(Code.APPROVAL_MISSING);
        approve(
                rehearsal,
                new Approval.Request(
                        0,
                        Optional.of("sre"),
                        Optional.empty(),
                        "ann",
                        "for a minute",
                        Optional.of(rehearsal.now.plusSeconds(60))));
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        healthy(rehearsal, 6);
        assertThat(codes(rehearsal)).containsExactly(Code.APPROVAL_MISSING);
        rehearsal.step(1, 1, 0.5);
        rehearsal.tenSecondsTimes(40, 5, 500, 3, 500);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void whatNobodyAskedFor_cannotBeApproved_norNoGoBeLifted() {
        Rehearsal rehearsal =
                begun(Fixtures.cutover().metric("errors").stepWithApprovals(0.1, 2, "sre"), 0.1);
        assertThatThrownBy(() -> approve(rehearsal, of(0, "intern")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("step 0 asks for no approval as intern, but as [sre]");
        assertThatThrownBy(() -> approve(rehearsal, of(1, "sre")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("orders has no step 1, expected 0 to 0");
        for (Code code : List.of(Code.REGRESSION, Code.STALE_DATA, Code.PAGE_FIRING)) {
            assertThatThrownBy(() -> approve(rehearsal, lifting(code, Optional.empty())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nobody may lift " + code);
        }
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofDays(8))) {
            assertThatThrownBy(
                            () ->
                                    approve(
                                            rehearsal,
                                            lifting(
                                                    Code.DEADLINE_PASSED,
                                                    Optional.of(rehearsal.now.plus(wrong)))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> rehearsal.desk.approve("orders", 2, of(0, "sre"), rehearsal.now))
                .isInstanceOf(NoSuchElementException.class);
        assertThat(rehearsal.desk.approvals("orders", 1)).isEmpty();
    }

    // ---- deadlines ----

    private static Rehearsal withDeadline(Duration deadline) {
        return begun(
                Fixtures.cutover()
                        .metric("errors")
                        .stepWithDeadline(0.1, 2, deadline)
                        .step(0.5, 1.5, 1.2),
                0.1);
    }

    @Test
    void whatIsProvenAfterTheDeadline_holdsUntilAPersonLiftsIt() {
        Rehearsal rehearsal = withDeadline(Duration.ofSeconds(40));
        equal(rehearsal, 3);
        assertThat(codes(rehearsal)).containsExactly(Code.NEED_MORE_DATA);
        equal(rehearsal, 40);
        assertThat(codes(rehearsal)).containsExactly(Code.DEADLINE_PASSED);
        assertThat(rehearsal.decision().metrics().getFirst().goProven()).isTrue();
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        rehearsal.restart();
        rehearsal.pass(1);
        assertThat(codes(rehearsal)).containsExactly(Code.DEADLINE_PASSED);
        approve(rehearsal, lifting(Code.DEADLINE_PASSED, Optional.empty()));
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        assertThat(rehearsal.decision().reasons().getLast().code()).isEqualTo(Code.OVERRIDDEN);
        assertThat(rehearsal.decision().reasons().getLast().text())
                .startsWith("ann lifted DEADLINE_PASSED until ")
                .endsWith(": we watch it");
    }

    @Test
    void aLiftedDeadline_isNoProof() {
        Rehearsal rehearsal = withDeadline(Duration.ofSeconds(20));
        healthy(rehearsal, 3);
        assertThat(codes(rehearsal)).containsExactly(Code.NEED_MORE_DATA, Code.DEADLINE_PASSED);
        approve(rehearsal, lifting(Code.DEADLINE_PASSED, Optional.empty()));
        assertThat(codes(rehearsal)).containsExactly(Code.NEED_MORE_DATA);
    }

    @Test
    void aProofInTime_outlivesTheDeadline() {
        Rehearsal rehearsal = withDeadline(Duration.ofSeconds(300));
        healthy(rehearsal, 28);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        healthy(rehearsal, 20);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        rehearsal.restart();
        rehearsal.pass(1);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void harmAfterTheDeadline_isNoGoAllTheSame() {
        Rehearsal rehearsal = withDeadline(Duration.ofSeconds(20));
        rehearsal.tenSecondsTimes(30, 9, 900, 20, 100);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.NO_GO);
    }

    // ---- capacity ----

    @Test
    void aShareThatBringsMoreThanWasCarried_holds_withTheNumbers() {
        Rehearsal rehearsal =
                begun(
                        Fixtures.cutover()
                                .metric("errors")
                                .step(0.1, 2, 1.2)
                                .step(0.5, 1.5, 1.2)
                                .capacity("orders-capacity"),
                        0.1);
        healthy(rehearsal, 20);
        // 6,000 a minute in all, and half of that is next.
        assertThat(codes(rehearsal)).containsExactly(Code.CAPACITY_UNPROVEN);
        assertThat(rehearsal.decision().reasons().getFirst().text())
                .startsWith(
                        "a share of 50 % brings about 3,000 requests a minute, and orders-capacity"
                                + " has proven none");
        rehearsal.proven = OptionalLong.of(2_900);
        healthy(rehearsal, 7);
        assertThat(rehearsal.decision().reasons().getFirst().text()).contains("proven 2,900;");
        approve(
                rehearsal,
                lifting(Code.CAPACITY_UNPROVEN, Optional.of(rehearsal.now.plusSeconds(3_600))));
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void provenLoad_isEnough_andAskedAboutOnceAMinute() {
        Rehearsal rehearsal =
                begun(
                        Fixtures.cutover()
                                .metric("errors")
                                .step(0.1, 2, 1.2)
                                .step(0.5, 1.5, 1.2)
                                .capacity("orders-capacity"),
                        0.1);
        rehearsal.proven = OptionalLong.of(3_000);
        healthy(rehearsal, 20);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
    }
}
