package io.sluice.dashboard.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Each client's whole loop, by its own rules and the ready file's settings, while Sluice is away,
 * slow, starting, broken or holding, for an hour and in any order: it may neither advance nor roll
 * back nor abort before there is a GO or a NO_GO. Answers are the doors' real ones; time is a count
 * of the client's own tries.
 */
final class ClientLoopsTest {
    private static final Path READY = Path.of("..", "examples", "integrations");
    private static final long SEED = 20260214;

    private static Dashboard dashboard;

    @BeforeAll
    static void start() {
        dashboard = Dashboard.of(FakeEngine.shopFlow());
    }

    @AfterAll
    static void stop() {
        dashboard.close();
    }

    /** What a client finds when it asks. */
    private enum World {
        /** Nobody listens. */
        DOWN,
        /** No answer within the client's patience. */
        SLOW,
        /** Between two processes: a proxy before Sluice answers for it. */
        RESTARTING,
        /** A bug of ours. */
        BROKEN,
        HOLD,
        GO,
        NO_GO;

        boolean decides() {
            return this == GO || this == NO_GO;
        }
    }

    /** What a client did in the end. */
    private enum End {
        ADVANCED,
        TAKEN_BACK,
        /** Ended by itself, for a person to look at. */
        ABORTED
    }

    /** An answer; empty if there was none. */
    private record Reply(int status, String body) {
        static Optional<Reply> in(World world, Supplier<HttpResponse<String>> door) {
            return switch (world) {
                case DOWN, SLOW -> Optional.empty();
                case RESTARTING -> Optional.of(new Reply(503, "no healthy upstream"));
                case BROKEN -> Optional.of(new Reply(500, "{\"title\":\"Server Error\"}"));
                case HOLD, GO, NO_GO -> {
                    HttpResponse<String> answer = door.get();
                    yield Optional.of(new Reply(answer.statusCode(), answer.body()));
                }
            };
        }

        boolean isFine() {
            return status >= 200 && status < 300;
        }
    }

    /** The shop's cutover that is in this state. */
    private static String cutover(World world) {
        return switch (world) {
            case GO -> "catalog";
            case NO_GO -> "checkout";
            case HOLD, DOWN, SLOW, RESTARTING, BROKEN -> "cart";
        };
    }

    /** A client takes one turn; empty while it goes on. */
    @FunctionalInterface
    private interface Client {
        Optional<End> turn(World world);
    }

    /** Argo Rollouts, web provider: errors in a row up to a limit, and two conditions. */
    private static final class Argo implements Client {
        private final int errorLimit = setting("argo-rollouts.yaml", "consecutiveErrorLimit");
        private final int inconclusiveLimit = setting("argo-rollouts.yaml", "inconclusiveLimit");
        private final int count = setting("argo-rollouts.yaml", "count");
        private int errors;
        private int inconclusive;
        private int measurements;

        @Override
        public Optional<End> turn(World world) {
            Optional<Reply> reply =
                    Reply.in(
                            world,
                            () ->
                                    dashboard.get(
                                            "/api/v1/cutovers/" + cutover(world) + "/decision"));
            if (reply.isEmpty() || !reply.get().isFine()) {
                errors++;
                return errors > errorLimit ? Optional.of(End.ABORTED) : Optional.empty();
            }
            errors = 0;
            measurements++;
            String decision = Dashboard.parse(reply.get().body()).path("decision").asText();
            if (decision.equals("GO")) {
                return Optional.of(End.ADVANCED);
            }
            if (decision.equals("NO_GO")) {
                return Optional.of(End.TAKEN_BACK);
            }
            inconclusive++;
            return inconclusive > inconclusiveLimit || measurements >= count
                    ? Optional.of(End.ABORTED)
                    : Optional.empty();
        }
    }

    /** Flagger: a hook says yes with a status up to 202 but 204; whatever fails says no. */
    private static final class Flagger implements Client {
        private static boolean yes(World world, String hook) {
            String cutover = cutover(world);
            String revision =
                    switch (world) {
                        case GO -> "catalog-2.3.1";
                        case NO_GO -> "checkout-2.0.0-rc1";
                        case HOLD, DOWN, SLOW, RESTARTING, BROKEN -> "cart-2.1.0";
                    };
            return Reply.in(
                            world,
                            () ->
                                    dashboard.post(
                                            "/flagger/" + hook,
                                            """
                                            {"name": "shop", "phase": "Progressing",
                                             "checksum": "%s", "metadata": {"cutover": "%s"}}
                                            """
                                                    .formatted(revision, cutover)))
                    .filter(reply -> reply.status() <= 202)
                    .isPresent();
        }

        @Override
        public Optional<End> turn(World world) {
            if (yes(world, "rollback")) {
                return Optional.of(End.TAKEN_BACK);
            }
            return yes(world, "confirm") || yes(world, "promote")
                    ? Optional.of(End.ADVANCED)
                    : Optional.empty();
        }
    }

    /**
     * Spinnaker's webhook stage: the POST is tried again on 5xx and when there is no answer, then
     * its Location is looked at; any other 4xx is the end.
     */
    private static final class Spinnaker implements Client {
        private boolean accepted;

        @Override
        public Optional<End> turn(World world) {
            String path = "/spinnaker/cutovers/" + cutover(world);
            Optional<Reply> reply =
                    Reply.in(
                            world,
                            () -> accepted ? dashboard.get(path) : dashboard.post(path, "{}"));
            if (reply.isEmpty() || reply.get().status() >= 500 || reply.get().status() == 429) {
                return Optional.empty();
            }
            if (!reply.get().isFine()) {
                return Optional.of(End.ABORTED);
            }
            accepted = true;
            return switch (Dashboard.parse(reply.get().body()).path("status").asText()) {
                case "GO" -> Optional.of(End.ADVANCED);
                case "NO_GO" -> Optional.of(End.TAKEN_BACK);
                default -> Optional.empty();
            };
        }
    }

    /**
     * An ECS hook with the ready function: it turns every failure to ask into IN_PROGRESS, since
     * ECS rolls back on whatever it does not understand.
     */
    private static final class Ecs implements Client {
        @Override
        public Optional<End> turn(World world) {
            String status =
                    Reply.in(
                                    world,
                                    () ->
                                            dashboard.post(
                                                    "/ecs/cutovers/" + cutover(world) + "/hook",
                                                    "{}"))
                            .filter(Reply::isFine)
                            .map(reply -> Dashboard.parse(reply.body()))
                            .map(json -> json.path("hookStatus").asText())
                            .orElse("IN_PROGRESS");
            return switch (status) {
                case "SUCCEEDED" -> Optional.of(End.ADVANCED);
                case "IN_PROGRESS" -> Optional.empty();
                default -> Optional.of(End.TAKEN_BACK);
            };
        }
    }

    /** Keptn over Prometheus: one series, greater than 0 passes; whatever fails is tried again. */
    private static final class Keptn implements Client {
        private final int retries = setting("keptn.yaml", "retries");
        private int tries;

        @Override
        public Optional<End> turn(World world) {
            Optional<JsonNode> answer =
                    Reply.in(
                                    world,
                                    () ->
                                            dashboard.get(
                                                    "/prometheus/api/v1/query?query=gate_decision"
                                                            + "%7Bcutover%3D%22"
                                                            + cutover(world)
                                                            + "%22%7D"))
                            .filter(Reply::isFine)
                            .map(reply -> Dashboard.parse(reply.body()).at("/data/result"));
            if (answer.isPresent() && answer.get().size() == 1) {
                double value = Double.parseDouble(answer.get().at("/0/value/1").asText());
                if (value > 0) {
                    return Optional.of(End.ADVANCED);
                }
                if (value < 0) {
                    // Keptn only knows that it did not pass, and goes on trying to its limit.
                    return Optional.of(End.TAKEN_BACK);
                }
            }
            return ++tries > retries ? Optional.of(End.ABORTED) : Optional.empty();
        }
    }

    /** A number of a ready file. */
    private static int setting(String file, String name) {
        try {
            Matcher matcher =
                    Pattern.compile("\\b" + name + ": (\\d+)")
                            .matcher(Files.readString(READY.resolve(file)));
            assertThat(matcher.find()).as("%s has %s", file, name).isTrue();
            return Integer.parseInt(matcher.group(1));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<String> clients() {
        return Stream.of("argo", "flagger", "spinnaker", "ecs", "keptn");
    }

    private static Client client(String name) {
        return switch (name) {
            case "argo" -> new Argo();
            case "flagger" -> new Flagger();
            case "spinnaker" -> new Spinnaker();
            case "ecs" -> new Ecs();
            case "keptn" -> new Keptn();
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** An hour of a client's tries: Argo tries again after ten seconds while nobody answers. */
    private static List<World> anHour(World world, String client) {
        int tries = client.equals("argo") && !world.decides() && world != World.HOLD ? 360 : 60;
        return Collections.nCopies(tries, world);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void anHourOfAnything_thatIsNoDecision_movesNothing(String name) {
        for (World world : World.values()) {
            if (!world.decides()) {
                Client client = client(name);
                for (World now : anHour(world, name)) {
                    assertThat(client.turn(now)).as("%s, %s", name, world).isEmpty();
                }
                assertThat(client.turn(World.GO)).as("after %s", world).contains(End.ADVANCED);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void inAnyOrder_onlyTheDecisionMovesIt_andTheRightWay(String name) {
        Random random = new Random(SEED);
        for (int round = 0; round < 40; round++) {
            Client client = client(name);
            for (int i = random.nextInt(50); i > 0; i--) {
                World world = World.values()[random.nextInt(World.HOLD.ordinal() + 1)];
                assertThat(client.turn(world)).as("%s, %s", name, world).isEmpty();
            }
            boolean go = random.nextBoolean();
            assertThat(client.turn(go ? World.GO : World.NO_GO))
                    .as(name)
                    .contains(go ? End.ADVANCED : End.TAKEN_BACK);
        }
    }

    /** Argo's own default aborts after five failures in a row, about 40 seconds. */
    @Test
    void argosReadyFile_bearsADayWithoutAnAnswer_andPausesAtItsDeadline() {
        assertThat(setting("argo-rollouts.yaml", "consecutiveErrorLimit"))
                .isGreaterThanOrEqualTo(24 * 360);
        assertThat(setting("argo-rollouts.yaml", "inconclusiveLimit"))
                .isGreaterThanOrEqualTo(setting("argo-rollouts.yaml", "count"));
    }
}
