package io.sluice.examples.automation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.examples.simulation.Pause;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The pilot against the gate's HTTP API, with a clock that pauses move. */
class CutoverPilotTest {
    private static final Instant START = Instant.parse("2026-02-14T09:00:00Z");
    private static final CutoverPlan ONE_BUILD =
            new CutoverPlan("cart", List.of("1.0.0"), List.of(0.01, 0.1, 0.5, 1.0));
    private static final CutoverPlan TWO_BUILDS =
            new CutoverPlan("checkout", List.of("rc1", "fixed"), List.of(0.01, 1.0));

    private final List<Double> shares = new ArrayList<>();
    private final List<String> deployed = new ArrayList<>();
    private final List<Decision> answers = new ArrayList<>();
    private Instant now = START;
    private FakeGate fake;

    @BeforeEach
    void start() throws IOException {
        fake = new FakeGate();
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    @Test
    void go_takesStepAfterStep() throws Exception {
        fake.says("HOLD", "GO", "HOLD", "HOLD", "GO", "GO", "GO");
        assertThat(fly(ONE_BUILD)).isEqualTo(CutoverPilot.Outcome.COMPLETED);
        assertThat(shares).containsExactly(0.01, 0.1, 0.5, 1.0);
        assertThat(deployed).containsExactly("cart 1.0.0");
        assertThat(fake.calls().stream().filter(c -> c.contains("/steps"))).hasSize(4);
        assertThat(fake.calls().getFirst()).startsWith("/api/v1/deployments");
    }

    @Test
    void noGo_takesAllTrafficBack_andTriesTheNextBuild() throws Exception {
        fake.says("HOLD", "NO_GO", "GO");
        assertThat(fly(TWO_BUILDS)).isEqualTo(CutoverPilot.Outcome.COMPLETED);
        assertThat(shares).containsExactly(0.01, 0.0, 0.01, 1.0);
        assertThat(deployed).containsExactly("checkout rc1", "checkout fixed");
        assertThat(fake.calls().stream().filter(c -> c.contains("/runs/2/steps"))).hasSize(2);
    }

    @Test
    void noGoForTheLastBuild_endsOnTheLegacySide() throws Exception {
        fake.says("NO_GO");
        assertThat(fly(TWO_BUILDS)).isEqualTo(CutoverPilot.Outcome.ROLLED_BACK);
        assertThat(shares).containsExactly(0.01, 0.0, 0.01, 0.0);
    }

    @Test
    void noGoAtTheLastStep_stillTakesAllTrafficBack() throws Exception {
        fake.says("GO", "GO", "GO", "HOLD", "NO_GO");
        assertThat(fly(ONE_BUILD)).isEqualTo(CutoverPilot.Outcome.ROLLED_BACK);
        assertThat(shares.getLast()).isZero();
    }

    @Test
    void holdAtTheLastStep_isWatchedForAWhile_andThenDone() throws Exception {
        fake.says("GO", "GO", "GO", "HOLD");
        assertThat(fly(ONE_BUILD)).isEqualTo(CutoverPilot.Outcome.COMPLETED);
        assertThat(shares.getLast()).isEqualTo(1);
        assertThat(Duration.between(START, now))
                .isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
    }

    @Test
    void gateThatFails_isAHold_andNeverAStepForward() throws Exception {
        fake.answers(500, "").answers(503, "busy").answers(200, "{}");
        assertThat(fly(ONE_BUILD)).isEqualTo(CutoverPilot.Outcome.HELD);
        assertThat(shares).containsExactly(0.01);
        assertThat(answers).containsOnly(Decision.HOLD);
    }

    @Test
    void gateThatIsGone_movesNothing() throws Exception {
        fake.close();
        assertThat(fly(ONE_BUILD)).isEqualTo(CutoverPilot.Outcome.HELD);
        assertThat(shares).isEmpty();
    }

    @Test
    void gateThatCannotTakeAStepForAMoment_isAskedAgain() throws Exception {
        fake.says("GO").failsPosts(3);
        assertThat(fly(ONE_BUILD)).isEqualTo(CutoverPilot.Outcome.COMPLETED);
        assertThat(shares).containsExactly(0.01, 0.1, 0.5, 1.0);
    }

    @Test
    void proxyThatFails_isAskedUntilTheRollbackIsDone() throws Exception {
        fake.says("NO_GO");
        int[] failures = {3};
        Traffic flaky =
                (service, share) -> {
                    if (share == 0 && failures[0]-- > 0) {
                        throw new IOException("the proxy is busy");
                    }
                    shares.add(share);
                };
        assertThat(fly(ONE_BUILD, flaky)).isEqualTo(CutoverPilot.Outcome.ROLLED_BACK);
        assertThat(shares).containsExactly(0.01, 0.0);
    }

    private CutoverPilot.Outcome fly(CutoverPlan plan) throws InterruptedException {
        return fly(plan, (service, share) -> shares.add(share));
    }

    private CutoverPilot.Outcome fly(CutoverPlan plan, Traffic traffic)
            throws InterruptedException {
        InstantSource clock = () -> now;
        Pause pause = duration -> now = now.plus(duration);
        Releases releases =
                (service, version) -> {
                    deployed.add(service + " " + version);
                    return new Gate.Deployment(service, version, now, now);
                };
        Journal journal =
                new Journal() {
                    @Override
                    public void answered(String cutover, GateAnswer answer, Instant at) {
                        answers.add(answer.decision());
                    }

                    @Override
                    public void did(String cutover, String sentence, Instant at) {}
                };
        return new CutoverPilot(new HttpGate(fake.uri()), traffic, releases, journal, clock, pause)
                .fly(plan, START.plus(Duration.ofMinutes(2)));
    }
}
