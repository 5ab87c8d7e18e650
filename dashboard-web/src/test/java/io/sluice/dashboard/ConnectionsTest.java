package io.sluice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.limit.LimitTable;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** More connections than there is room for, on real sockets. */
final class ConnectionsTest {

    private static final int ROOM = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LimitTable limits = new LimitTable(DashboardLimits.ALL, Map.of());
    private final List<Socket> opened = new ArrayList<>();
    private Dashboard dashboard;

    @BeforeEach
    void start() {
        dashboard = Dashboard.withRoomFor(ROOM);
        dashboard.own(limits);
    }

    @AfterEach
    void closeAll() throws IOException {
        for (Socket one : opened) {
            one.close();
        }
        dashboard.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", dashboard.port());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        opened.add(socket);
        return socket;
    }

    private List<Socket> connect(int count) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(connect());
        }
        return sockets;
    }

    private LimitTable.Row row() {
        return limits.rows().stream()
                .filter(row -> row.limit() == DashboardLimits.CONNECTIONS)
                .findFirst()
                .orElseThrow();
    }

    private long open() {
        return row().inUse().orElseThrow();
    }

    private long refused() {
        return row().reached().orElseThrow();
    }

    private static void await(BooleanSupplier condition) {
        Instant until = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(until);
            Thread.onSpinWait();
        }
    }

    /** Asks, and gives back what came up to the body's end. */
    private static String ask(Socket socket) throws IOException {
        socket.getOutputStream()
                .write(
                        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int one = in.read();
            if (one < 0) {
                return head.toString();
            }
            head.append((char) one);
        }
        String name = "content-length: ";
        String lower = head.toString().toLowerCase(Locale.ROOT);
        int from = lower.indexOf(name) + name.length();
        int length = Integer.parseInt(lower.substring(from, lower.indexOf('\r', from)));
        return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true; // reset
        }
    }

    @Test
    void whoIsIn_isAnswered_whoeverElseCrowdsTheDoor() throws IOException {
        Socket reader = connect();
        assertThat(ask(reader)).startsWith("HTTP/1.1 200 ");
        List<Socket> idle = connect(ROOM - 1);
        await(() -> open() == ROOM);
        assertThat(refused()).isZero();

        List<Socket> toBeTold = connect(Connections.MAX_TOLD);
        await(() -> refused() == Connections.MAX_TOLD);
        Socket beyond = connect();
        assertThat(isClosed(beyond)).isTrue();
        assertThat(refused()).isEqualTo(Connections.MAX_TOLD + 1);
        assertThat(ask(reader)).startsWith("HTTP/1.1 200 ");

        for (Socket one : toBeTold) {
            assertThat(ask(one))
                    .startsWith("HTTP/1.1 503 ")
                    .containsIgnoringCase("\r\nretry-after: 5\r\n")
                    .containsIgnoringCase("\r\nconnection: close\r\n")
                    .contains("100 connections are open already");
            assertThat(isClosed(one)).isTrue();
        }
        assertThat(ask(reader)).startsWith("HTTP/1.1 200 ");
        assertThat(open()).isEqualTo(ROOM);

        idle.getFirst().close();
        await(() -> open() == ROOM - 1);
        assertThat(ask(connect())).startsWith("HTTP/1.1 200 ");
        assertThat(ask(reader)).startsWith("HTTP/1.1 200 ");
        assertThat(refused()).isEqualTo(Connections.MAX_TOLD + 1);
    }

    @Test
    void whoWasTold_makesRoomForTheNextToBeTold() throws IOException {
        connect(ROOM);
        await(() -> open() == ROOM);
        for (int i = 0; i < 2 * Connections.MAX_TOLD; i++) {
            Socket one = connect();
            assertThat(ask(one)).startsWith("HTTP/1.1 503 ");
            one.close();
        }
        assertThat(refused()).isEqualTo(2L * Connections.MAX_TOLD);
    }
}
