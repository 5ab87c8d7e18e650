package io.sluice.server.bench;

import org.jspecify.annotations.Nullable;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server's first seconds, from within its own process, so that a JVM that watches knows which
 * classes they take and where their time goes: every protocol is sent and some pages are opened.
 */
public final class Training {
    /** Long enough that the JVM knows what is often run, and no longer than a build may wait. */
    private static final int REQUESTS = 8;

    private static final int SPANS_PER_REQUEST = 100;
    private static final int DATAGRAMS = 100;

    /** Of the kinds that no measured server has, since each kind has readers of its own. */
    private static final String OTHER_KINDS =
            """
            apiVersion: openslo/v1
            kind: AlertNotificationTarget
            metadata: {name: nobody}
            spec: {target: nobody}
            ---
            apiVersion: openslo/v1
            kind: AlertPolicy
            metadata: {name: burns}
            spec:
              alertWhenBreaching: true
              conditions:
                - kind: AlertCondition
                  metadata: {name: fast}
                  spec:
                    severity: page
                    condition: {kind: burnrate, op: gte, threshold: 14.4, lookbackWindow: 1h, alertAfter: 2m}
              notificationTargets: [{targetRef: nobody}]
            ---
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: slices, labels: {tier: business}}
            spec:
              service: shop
              indicatorRef: errors
              budgetingMethod: Timeslices
              timeWindow: [{duration: 1M, isRolling: false, calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}}]
              objectives: [{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 1m}]
              alertPolicies: [{alertPolicyRef: burns}]
            ---
            apiVersion: sluice.dev/v1
            kind: Exclusion
            metadata: {name: backup}
            spec:
              reason: Tables are locked.
              appliesTo: {services: [shop]}
              recurring: {start: 2026-01-05 05:15:00, timeZone: Europe/Berlin, duration: 30m, rule: FREQ=DAILY}
            ---
            apiVersion: sluice.dev/v1
            kind: Journey
            metadata: {name: purchase}
            spec:
              service: shop
              sides:
                - {name: legacy, where: [{attribute: side, equals: legacy}]}
                - {name: platform, where: [{attribute: side, equals: platform}]}
              steps: [{name: cart, indicatorRef: errors}, {name: checkout, indicatorRef: errors}]
            ---
            apiVersion: sluice.dev/v1
            kind: SyntheticCheck
            metadata: {name: opens}
            spec:
              service: shop
              url: https://shop.example/
              expect: {status: [2xx], latency: 1s}
              interval: 5m
              timeout: 10s
              locations: [here]
            ---
            apiVersion: sluice.dev/v1
            kind: Results
            metadata: {name: shop}
            spec:
              before: {where: [{attribute: side, equals: legacy}]}
              after: {where: [{attribute: side, equals: platform}]}
              cutovers: [shop]
              rows:
                - metric: Page load time
                  unit: ms
                  statistic: p99
                  source: {type: spans, spec: {service: proxy}}
                  valueUnit: ms
            ---
            apiVersion: sluice.dev/v1
            kind: Migration
            metadata: {name: shop}
            spec:
              phases:
                - name: off
                  decommission: true
                  criteria:
                    - {name: share, trafficShare: {cutovers: [shop], atLeast: 0.5, for: 7d}}
                    - {name: quicker, result: {results: shop, row: Page load time, downBy: 40}}
                    - {name: silence, noTraffic: {source: {type: spans, spec: {service: proxy}}, for: 7d}}
                    - {name: soak, objectives: {slos: [slices], over: 7d}}
                    - {name: way-back, attestation: {role: owner, statement: It was tried., validFor: 14d}}
            """;

    private static final List<String> PAGES =
            List.of(
                    "/",
                    "/healthz",
                    "/readyz",
                    "/metrics",
                    "/api/v1/slos",
                    "/api/v1/ingest",
                    "/api/v1/cutovers");

    private final Path folder;
    private final Stamps stamps = Stamps.ofClock();

    private Training(Path folder) {
        this.folder = folder;
    }

    /** Makes what a server needs to start in a folder. */
    public static Training prepare(Path folder) throws IOException {
        Training training = new Training(folder);
        ServerProcess.prepare(
                training.folder,
                String.join("---\n", BenchDefinitions.TEXT, DecisionBench.DEFINITIONS, OTHER_KINDS),
                "");
        return training;
    }

    /** What follows {@code sluice serve}. */
    public List<String> serveArguments() {
        return ServerProcess.serveArguments(folder);
    }

    /**
     * Where the server says what it listens on. Once it says that it is ready, the training begins,
     * and when it is over the process exits: 0, or 1 if something was not as it should be.
     */
    public PrintWriter listening(PrintWriter err) {
        return new PrintWriter(
                new FilterWriter(Writer.nullWriter()) {
                    private final StringBuilder said = new StringBuilder();

                    @Override
                    public void write(char[] text, int from, int length) {
                        said.append(text, from, length);
                    }

                    @Override
                    public void write(String text, int from, int length) {
                        said.append(text, from, from + length);
                    }

                    @Override
                    public void flush() {
                        List<String> lines = said.toString().lines().toList();
                        if (lines.contains("ready")) {
                            said.setLength(0);
                            new Thread(() -> train(lines, err), "sluice-training").start();
                        }
                    }
                });
    }

    private void train(List<String> lines, PrintWriter err) {
        int exit = 0;
        try {
            Map<String, String> addresses = new HashMap<>();
            lines.forEach(line -> ServerProcess.addAddress(line, addresses));
            for (Protocol protocol : Protocol.values()) {
                if (protocol == Protocol.DOGSTATSD) {
                    datagrams(ServerProcess.socketAddress(addresses.get("dogstatsd")));
                } else {
                    requests(protocol, false, addresses);
                }
                if (protocol.mayGzip()) {
                    requests(protocol, true, addresses);
                }
            }
            pages(URI.create(String.valueOf(addresses.get("api"))));
        } catch (IOException | InterruptedException | RuntimeException e) {
            err.println("the training failed: " + e);
            exit = 1;
        }
        System.exit(exit);
    }

    private void requests(Protocol protocol, boolean gzip, Map<String, String> addresses)
            throws IOException {
        @Nullable String door =
                addresses.get(protocol == Protocol.OTLP_GRPC ? "otlp-grpc" : "otlp-http");
        Load load =
                new Load(
                        protocol,
                        gzip,
                        protocol.takesAnyNumber() ? SPANS_PER_REQUEST : Load.usualItems(protocol),
                        1,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        0,
                        Optional.empty());
        Requests requests = protocol.requests(load, stamps);
        try (Sender sender = protocol.connect(load, ServerProcess.socketAddress(door), requests)) {
            for (int i = 0; i < REQUESTS; i++) {
                sender.send();
            }
        }
    }

    private static void datagrams(InetSocketAddress address) throws IOException {
        ByteBuffer datagram = new Datagram().direct();
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(address);
            for (int i = 0; i < DATAGRAMS; i++) {
                channel.write(datagram.rewind());
            }
        }
    }

    private static void pages(URI api) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String page : PAGES) {
                HttpResponse<byte[]> answer =
                        client.send(
                                HttpRequest.newBuilder(api.resolve(page)).build(),
                                HttpResponse.BodyHandlers.ofByteArray());
                if (answer.statusCode() != 200) {
                    throw new IOException(page + " was answered " + answer.statusCode());
                }
            }
        }
    }
}
