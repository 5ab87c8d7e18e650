package io.sluice.server.bench;

import io.sluice.collector.dogstatsd.DogStatsdReceiver;
import io.sluice.collector.remotewrite.RemoteWrite;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** By which door items go in, and what they are. */
public enum Protocol {
    OTLP_HTTP("otlp-http", "span"),
    OTLP_GRPC("otlp-grpc", "span"),
    OTLP_JSON("otlp-json", "span"),

    /** Remote write 1.0. */
    REMOTE_WRITE("remote-write", "sample"),

    /** Remote write 2.0. */
    REMOTE_WRITE_2("remote-write-2", "sample"),

    DOGSTATSD("dogstatsd", "datagram");

    private final String label;
    private final String item;

    Protocol(String label, String item) {
        this.label = label;
        this.item = item;
    }

    /** All labels, for people. */
    public static String labels() {
        return Arrays.stream(values()).map(Protocol::toString).collect(Collectors.joining(", "));
    }

    /** As the command line has it. */
    @Override
    public String toString() {
        return label;
    }

    /** What is counted: a span, a sample or a datagram. */
    public String item() {
        return item;
    }

    /** Whether senders may choose to compress. */
    public boolean mayGzip() {
        return this == OTLP_HTTP || this == OTLP_GRPC;
    }

    /** Whether a request may have any number of items. */
    public boolean takesAnyNumber() {
        return item.equals("span");
    }

    /** What the receiver's counters call it. */
    String receiver() {
        return switch (this) {
            case OTLP_HTTP, OTLP_JSON -> "otlp-http";
            case OTLP_GRPC -> "otlp-grpc";
            case REMOTE_WRITE, REMOTE_WRITE_2 -> RemoteWrite.NAME;
            case DOGSTATSD -> DogStatsdReceiver.NAME;
        };
    }

    /** The kind of log entry that a body becomes. */
    String kind() {
        return switch (this) {
            case OTLP_HTTP, OTLP_GRPC -> "otlp-traces";
            case OTLP_JSON -> "otlp-traces-json";
            case REMOTE_WRITE -> "remote-write";
            case REMOTE_WRITE_2 -> "remote-write-2";
            case DOGSTATSD -> "dogstatsd";
        };
    }

    /** The port of a server that it goes to. */
    InetSocketAddress door(ServerProcess server) {
        return switch (this) {
            case OTLP_HTTP, OTLP_JSON, REMOTE_WRITE, REMOTE_WRITE_2 -> server.otlpHttp();
            case OTLP_GRPC -> server.otlpGrpc();
            case DOGSTATSD -> server.dogstatsd();
        };
    }

    /** What a connection of a load sends. */
    Requests requests(Load load, Stamps stamps) {
        int items = load.itemsPerRequest();
        return switch (this) {
            case OTLP_HTTP, OTLP_GRPC ->
                    load.gzip()
                            ? Requests.gzippedSpans(items, stamps)
                            : Requests.spans(items, stamps);
            case OTLP_JSON -> Requests.jsonSpans(items, stamps);
            case REMOTE_WRITE -> new WriteRequest(1, stamps);
            case REMOTE_WRITE_2 -> new WriteRequest(2, stamps);
            case DOGSTATSD -> throw unanswered();
        };
    }

    /** Connects to a port of such a server. */
    Sender connect(Load load, InetSocketAddress address, Requests requests) throws IOException {
        return switch (this) {
            case OTLP_HTTP ->
                    new HttpSender(
                            address,
                            "/v1/traces",
                            load.gzip()
                                    ? Map.of(
                                            "Content-Type",
                                            "application/x-protobuf",
                                            "Content-Encoding",
                                            "gzip")
                                    : Map.of("Content-Type", "application/x-protobuf"),
                            requests);
            case OTLP_GRPC -> new GrpcSender(address, load.gzip(), requests);
            case OTLP_JSON ->
                    new HttpSender(
                            address,
                            "/v1/traces",
                            Map.of("Content-Type", "application/json"),
                            requests);
            case REMOTE_WRITE ->
                    new HttpSender(
                            address,
                            RemoteWrite.PATH,
                            Map.of(
                                    "Content-Type",
                                    "application/x-protobuf",
                                    "Content-Encoding",
                                    "snappy",
                                    "X-Prometheus-Remote-Write-Version",
                                    "0.1.0"),
                            requests);
            case REMOTE_WRITE_2 ->
                    new HttpSender(
                            address,
                            RemoteWrite.PATH,
                            Map.of(
                                    "Content-Type",
                                    "application/x-protobuf;proto=io.prometheus.write.v2.Request",
                                    "Content-Encoding",
                                    "snappy",
                                    "X-Prometheus-Remote-Write-Version",
                                    "2.0.0"),
                            requests);
            case DOGSTATSD -> throw unanswered();
        };
    }

    private static IllegalStateException unanswered() {
        return new IllegalStateException("datagrams are not sent as requests");
    }
}
