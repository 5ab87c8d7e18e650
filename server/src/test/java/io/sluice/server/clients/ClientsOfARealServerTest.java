package io.sluice.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The life of a server's process, and what every client does meanwhile: nobody there, starting,
 * holding, standing still, decided, killed and started again, ended. One is let on, one must go
 * back, and the third holds all the time; nothing else may ever move a client, and not the other
 * way.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "processes there cannot be made to stand still")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ClientsOfARealServerTest {
    /** The cutovers, and what their clients may do beside waiting. */
    private static final Map<String, Move> CUTOVERS =
            Map.of("on", Move.ADVANCE, "back", Move.TAKE_BACK, "held", Move.WAIT);

    /** A client's patience with one answer; the command line's is its own, of ten seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Between questions, so that the server gets on with what it does. */
    private static final Duration BREATH = Duration.ofMillis(200);

    private static final Duration START = Duration.ofSeconds(60);

    private static GatedServer server;
    private static ExecutorService asking;

    @BeforeAll
    static void prepare(@TempDir Path folder) throws Exception {
        server = new GatedServer(folder, List.copyOf(CUTOVERS.keySet()));
        asking = Executors.newVirtualThreadPerTaskExecutor();
    }

    @AfterAll
    static void end() {
        asking.close();
        server.close();
    }

    /** What every client does about a cutover when all of them ask once. */
    private static Map<Client, Move> ask(String cutover, Collection<Client> clients)
            throws Exception {
        Map<Client, Future<Move>> asked = new EnumMap<>(Client.class);
        for (Client client : clients) {
            asked.put(client, asking.submit(() -> client.ask(server.url(), cutover, PATIENCE)));
        }
        Map<Client, Move> moves = new EnumMap<>(Client.class);
        for (Map.Entry<Client, Future<Move>> each : asked.entrySet()) {
            moves.put(each.getKey(), each.getValue().get());
        }
        return moves;
    }

    private static void allDo(String cutover, Move move) throws Exception {
        assertThat(ask(cutover, EnumSet.allOf(Client.class)))
                .as(cutover)
                .allSatisfy((client, did) -> assertThat(did).as("%s", client).isEqualTo(move));
    }

    private static void allWait() throws Exception {
        for (String cutover : CUTOVERS.keySet()) {
            allDo(cutover, Move.WAIT);
        }
    }

    private static void allComeToTheirMove() throws Exception {
        for (Map.Entry<String, Move> cutover : CUTOVERS.entrySet()) {
            while (ask(cutover.getKey(), Set.of(Client.ARGO_WEB)).get(Client.ARGO_WEB)
                    != cutover.getValue()) {
                LockSupport.parkNanos(BREATH.toNanos());
            }
            allDo(cutover.getKey(), cutover.getValue());
        }
    }

    /** Asks again and again until the change is over; clients wait or do what is right. */
    private static void allDoNoWrongUntil(Future<?> over) throws Exception {
        List<Future<?>> watches = new ArrayList<>();
        for (Map.Entry<String, Move> cutover : CUTOVERS.entrySet()) {
            Set<Client> clients = EnumSet.allOf(Client.class);
            watches.add(
                    asking.submit(
                            () -> {
                                do {
                                    assertThat(ask(cutover.getKey(), clients))
                                            .as(cutover.getKey())
                                            .allSatisfy(
                                                    (client, did) ->
                                                            assertThat(did)
                                                                    .as("%s", client)
                                                                    .isIn(
                                                                            Move.WAIT,
                                                                            cutover.getValue()));
                                    LockSupport.parkNanos(BREATH.toNanos());
                                } while (!over.isDone());
                                return null;
                            }));
        }
        for (Future<?> watch : watches) {
            watch.get();
        }
        over.get(START.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    @Order(1)
    void nobodyThere_starting_andHolding_moveNobody() throws Exception {
        allWait();
        Future<?> ready = server.start();
        while (!ready.isDone()) {
            allWait();
            LockSupport.parkNanos(BREATH.toNanos());
        }
        ready.get();
        allWait();
        for (String cutover : CUTOVERS.keySet()) {
            server.begin(cutover);
        }
        allWait();
    }

    /** Its sockets still take connections, as an overloaded machine's do, and nothing answers. */
    @Test
    @Order(2)
    void standingStill_movesNobody() throws Exception {
        server.standStill();
        try {
            allDo("held", Move.WAIT);
        } finally {
            server.goOn();
        }
    }

    @Test
    @Order(3)
    void decided_eachClientDoesWhatItMust() throws Exception {
        server.send("on", 2_000, true);
        server.send("back", 2_000, false);
        allComeToTheirMove();
    }

    @Test
    @Order(4)
    void killedAndStartedAgain_nobodyDoesWrong_andThenTheSameAsBefore() throws Exception {
        server.kill();
        allWait();
        allDoNoWrongUntil(server.start());
        allComeToTheirMove();
    }

    @Test
    @Order(5)
    void ended_nobodyDoesWrong() throws Exception {
        allDoNoWrongUntil(server.end());
        allWait();
    }
}
