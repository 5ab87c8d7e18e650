package io.sluice.dashboard.doors;

import com.fasterxml.jackson.databind.JsonNode;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.Json;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.security.RequestGuard;
import io.sluice.dashboard.security.Role;
import io.sluice.definitions.yaml.Texts;
import io.sluice.engine.SloEngine;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.RefusedRunException;
import io.sluice.engine.cutover.Run;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Flagger's webhooks. Flagger takes a status up to 202 but 204 for yes, shows the text of a 4xx,
 * and throws the text of a 5xx away; its {@code rollback} hook is inverted, since there yes means
 * "roll back". So each question has its own path, and none says yes by default.
 *
 * <p>A hook names the cutover in {@code metadata.cutover}, and the revision by its {@code
 * checksum}: what was decided about another revision is not about this one. Flagger sends no
 * headers, so its paths exist a second time with a token in them.
 */
final class FlaggerDoor {
    /** What a hook is answered: yes with 200, no with another status and why. */
    private record Answer(HttpStatus status, String why) {}

    private static final Logger LOG = LoggerFactory.getLogger(FlaggerDoor.class);

    /** About a line of the log. */
    private static final int MESSAGE_SHOWN = 200;

    private final SloEngine engine;

    FlaggerDoor(SloEngine engine) {
        this.engine = engine;
    }

    void register(RoutesConfig routes) {
        hook(routes, "start", this::start, Role.OPERATE);
        hook(routes, "confirm", ctx -> ask(ctx, FlaggerDoor::confirm), Role.GATE, Role.READ);
        hook(routes, "promote", ctx -> ask(ctx, FlaggerDoor::promote), Role.GATE, Role.READ);
        hook(routes, "check", ctx -> ask(ctx, FlaggerDoor::check), Role.GATE, Role.READ);
        hook(routes, "rollback", ctx -> ask(ctx, FlaggerDoor::rollback), Role.GATE, Role.READ);
        hook(routes, "events", FlaggerDoor::event, Role.GATE, Role.READ);
    }

    private static void hook(RoutesConfig routes, String name, Handler handler, Role... roles) {
        routes.post(RequestGuard.FLAGGER + name, handler, roles);
        routes.post(RequestGuard.FLAGGER_KEYS + "{key}/" + name, handler, roles);
    }

    /** {@code confirm-rollout}, {@code pre-rollout}: begins a run of the revision, once. */
    private void start(Context ctx) {
        Hook hook = Hook.of(ctx);
        CutoverStatus status =
                engine.cutover(hook.cutover()).orElseThrow(() -> hook.unknownCutover());
        boolean running =
                status.run()
                        .filter(run -> run.endedAt().isEmpty())
                        .map(Run::revision)
                        .filter(hook.revision()::equals)
                        .isPresent();
        if (!running) {
            try {
                engine.startRun(
                        hook.cutover(),
                        hook.revision(),
                        RequestGuard.principal(ctx),
                        Optional.empty());
            } catch (RefusedRunException e) {
                answer(ctx, new Answer(HttpStatus.FORBIDDEN, "HOLD: " + e.getMessage()));
                return;
            }
        }
        answer(ctx, new Answer(HttpStatus.OK, "the run of " + hook.revision() + " has begun"));
    }

    /**
     * {@code event}, {@code post-rollout}: what happened is written to the log. It decides nothing,
     * so nothing about it is refused.
     */
    private static void event(Context ctx) {
        JsonNode body = Json.readTree(ctx);
        LOG.info(
                "Flagger says of {}/{}, {}: {}",
                Texts.shortened(body.path("namespace").asText()),
                Texts.shortened(body.path("name").asText()),
                Texts.shortened(body.path("phase").asText()),
                Texts.shortened(body.at("/metadata/eventMessage").asText(), MESSAGE_SHOWN));
        answer(ctx, new Answer(HttpStatus.OK, "noted"));
    }

    private void ask(Context ctx, Rule rule) {
        Hook hook = Hook.of(ctx);
        Decision decision =
                engine.decision(hook.cutover(), OptionalDouble.empty())
                        .orElseThrow(() -> hook.unknownCutover());
        boolean ours = decision.revision().equals(hook.revision());
        String why =
                ours
                        ? Words.of(decision)
                        : "HOLD: the run is of revision "
                                + (decision.revision().isEmpty() ? "none" : decision.revision())
                                + ", not of "
                                + hook.revision();
        Decision.Verdict verdict = ours ? decision.verdict() : Decision.Verdict.HOLD;
        answer(ctx, rule.answer(verdict, ours && decision.isFinal(), why));
    }

    /** What a verdict means at one of the hooks. */
    @FunctionalInterface
    private interface Rule {
        Answer answer(Decision.Verdict verdict, boolean isFinal, String why);
    }

    /** {@code confirm-traffic-increase}: a no holds the weight, and counts as no failure. */
    private static Answer confirm(Decision.Verdict verdict, boolean isFinal, String why) {
        return new Answer(
                verdict == Decision.Verdict.GO ? HttpStatus.OK : HttpStatus.FORBIDDEN, why);
    }

    /** {@code confirm-promotion}: only when the last step has got its GO. */
    private static Answer promote(Decision.Verdict verdict, boolean isFinal, String why) {
        boolean yes = verdict == Decision.Verdict.GO && isFinal;
        return new Answer(
                yes ? HttpStatus.OK : HttpStatus.FORBIDDEN,
                yes || verdict != Decision.Verdict.GO ? why : "HOLD: steps are left");
    }

    /** {@code rollout}: a no is a failed check, so it says no to NO_GO alone. */
    private static Answer check(Decision.Verdict verdict, boolean isFinal, String why) {
        return new Answer(
                verdict == Decision.Verdict.NO_GO ? HttpStatus.FORBIDDEN : HttpStatus.OK, why);
    }

    /** {@code rollback}: a yes rolls back. */
    private static Answer rollback(Decision.Verdict verdict, boolean isFinal, String why) {
        return new Answer(
                verdict == Decision.Verdict.NO_GO ? HttpStatus.OK : HttpStatus.CONFLICT, why);
    }

    private static void answer(Context ctx, Answer answer) {
        ctx.status(answer.status()).contentType("text/plain; charset=utf-8").result(answer.why());
    }

    /** What Flagger says about itself; it may come to say more. */
    private record Hook(String cutover, String revision) {
        static Hook of(Context ctx) {
            JsonNode body = Json.readTree(ctx);
            return new Hook(
                    text(body.at("/metadata/cutover"), "$.metadata.cutover"),
                    text(body.path("checksum"), "$.checksum"));
        }

        private static String text(JsonNode node, String where) {
            return Optional.of(node)
                    .filter(JsonNode::isTextual)
                    .map(JsonNode::asText)
                    .filter(text -> !text.isBlank() && text.length() <= 200)
                    .orElseThrow(
                            () ->
                                    ProblemException.badRequest(
                                            where, "this is " + node, "1 to 200 characters"));
        }

        RuntimeException unknownCutover() {
            return ProblemException.notFound("cutover", cutover);
        }
    }
}
