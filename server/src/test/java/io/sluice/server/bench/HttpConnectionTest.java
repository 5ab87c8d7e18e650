package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class HttpConnectionTest {
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/echo", exchange -> answer(exchange, false));
        server.createContext("/chunks", exchange -> answer(exchange, true));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** What was asked, and by which port, so that one sees whether a connection was kept. */
    private static void answer(HttpExchange exchange, boolean chunked) throws IOException {
        byte[] asked = exchange.getRequestBody().readAllBytes();
        byte[] text =
                (exchange.getRemoteAddress().getPort()
                                + " "
                                + exchange.getRequestMethod()
                                + " "
                                + exchange.getRequestHeaders().getFirst("Colour")
                                + " ")
                        .getBytes(StandardCharsets.US_ASCII);
        int times = asked.length == 0 ? 1 : 20_000;
        exchange.sendResponseHeaders(
                asked.length == 0 ? 404 : 200,
                chunked ? 0 : text.length + (long) times * asked.length);
        exchange.getResponseBody().write(text);
        for (int i = 0; i < times; i++) {
            exchange.getResponseBody().write(asked);
        }
        exchange.close();
    }

    @Test
    void bodiesOfAKnownLengthAndInChunks_overOneConnection() throws Exception {
        try (HttpConnection connection = new HttpConnection(server.getAddress())) {
            HttpConnection.Answer missing =
                    connection.ask(connection.question("GET", "/echo", Map.of("Colour", "green")));
            assertThat(missing.status()).isEqualTo(404);
            String port = text(missing).split(" ")[0];
            assertThat(text(missing)).isEqualTo(port + " GET green ");
            for (String path : new String[] {"/echo", "/chunks", "/echo"}) {
                HttpConnection.Answer answer =
                        connection.ask(
                                connection.question("POST", path, Map.of("Colour", "red")),
                                "-abc-".getBytes(StandardCharsets.US_ASCII),
                                1,
                                3);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(text(answer)).isEqualTo(port + " POST red " + "abc".repeat(20_000));
            }
        }
    }

    @Test
    void anAnswerThatIsCutOff_orNone_isAnError() throws Exception {
        for (String cut :
                new String[] {
                    "",
                    "HTTP/1.1 200 OK\r\nContent-Le",
                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfour",
                    "SSH-2.0\r\n",
                }) {
            try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<?> served =
                        threads.submit(
                                () -> {
                                    try (Socket one = door.accept()) {
                                        one.getInputStream().read();
                                        one.getOutputStream()
                                                .write(cut.getBytes(StandardCharsets.US_ASCII));
                                        one.shutdownOutput();
                                        one.getInputStream().readAllBytes();
                                    }
                                    return cut;
                                });
                try (HttpConnection connection =
                        new HttpConnection((InetSocketAddress) door.getLocalSocketAddress())) {
                    HttpConnection.Question question = connection.question("GET", "/", Map.of());
                    assertThatThrownBy(() -> connection.ask(question))
                            .as(cut)
                            .isInstanceOf(IOException.class)
                            .hasMessageMatching(
                                    "the server closed the connection|not an HTTP answer: 'SSH-2.0'");
                }
                served.get();
            }
        }
    }

    private static String text(HttpConnection.Answer answer) {
        return new String(answer.body(), StandardCharsets.US_ASCII);
    }
}
