package io.sluice.server.bench;

import io.sluice.server.Main;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Sluice as it is shipped, in a JVM of its own with the same flags as this one, on free ports.
 *
 * <p>Used by one thread.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(15);

    private static final String CONFIG =
            "listen: {host: 127.0.0.1, api: 0, otlpHttp: 0, otlpGrpc: 0, dogstatsd: 0}\n";

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Children::endAll));
    }

    private final Process process;
    private final Map<String, String> addresses;

    private ServerProcess(Process process, Map<String, String> addresses) {
        this.process = process;
        this.addresses = addresses;
    }

    /**
     * Starts a server with the bench's objectives, or starts it again, and waits until it is ready.
     *
     * @param folder holds all that it writes
     * @throws IOException if it ends before it is ready; what it says then is on standard error
     */
    public static ServerProcess start(Path folder) throws IOException {
        return start(folder, BenchDefinitions.TEXT, "");
    }

    /**
     * Starts a server with objectives of one's own.
     *
     * @param objectives a file of definitions
     * @param configuration what it is to know beside its ports
     */
    static ServerProcess start(Path folder, String objectives, String configuration)
            throws IOException {
        return start(folder, objectives, configuration, flags());
    }

    /** The flags of this JVM. */
    static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments();
    }

    /** Writes what a server needs to start. */
    static void prepare(Path folder, String objectives, String configuration) throws IOException {
        Path definitions = Files.createDirectories(folder.resolve("definitions"));
        Files.writeString(definitions.resolve("bench.yaml"), objectives);
        Files.writeString(folder.resolve("sluice.yaml"), CONFIG + configuration);
    }

    /** What follows {@code sluice serve} for a prepared folder. */
    static List<String> serveArguments(Path folder) {
        return List.of(
                "--data",
                folder.resolve("data").toString(),
                "--definitions",
                folder.resolve("definitions").toString(),
                "--config",
                folder.resolve("sluice.yaml").toString());
    }

    /** Starts a server with flags of its own. */
    static ServerProcess start(
            Path folder, String objectives, String configuration, List<String> flags)
            throws IOException {
        prepare(folder, objectives, configuration);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.add("serve");
        command.addAll(serveArguments(folder));
        Process process =
                endedWithThisOne(
                        new ProcessBuilder(command)
                                .redirectError(ProcessBuilder.Redirect.INHERIT)
                                .start());
        try {
            return new ServerProcess(process, addresses(process));
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Sees to it that whoever ends this JVM, with Ctrl-C or as timeout(1) does, ends both. */
    static Process endedWithThisOne(Process process) {
        Children.add(process);
        return process;
    }

    /** What the server says of itself until it is ready. */
    private static Map<String, String> addresses(Process process) throws IOException {
        Map<String, String> addresses = new HashMap<>();
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (@Nullable String line = out.readLine(); ; line = out.readLine()) {
            if (line == null) {
                throw new IOException("the server ended before it was ready");
            }
            if (line.equals("ready")) {
                break;
            }
            addAddress(line, addresses);
        }
        Thread.ofVirtual().start(() -> out.lines().forEach(line -> {}));
        return addresses;
    }

    /** Reads a line like {@code otlp-http http://127.0.0.1:4318}; passes over others. */
    static void addAddress(String line, Map<String, String> addresses) {
        int space = line.lastIndexOf(' ');
        if (space > 0) {
            addresses.put(line.split(" ", 2)[0], line.substring(space + 1));
        }
    }

    /** The socket of an address that a server told, with or without a scheme. */
    static InetSocketAddress socketAddress(@Nullable String address) {
        String text = String.valueOf(address);
        URI uri = URI.create(text.contains("://") ? text : "any://" + text);
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    /** Dashboard and API. */
    public URI api() {
        return URI.create(address("api"));
    }

    /** Where OTLP/HTTP traces go. */
    public URI traces() {
        return URI.create(address("otlp-http")).resolve("/v1/traces");
    }

    /** The OTLP/HTTP port. */
    public InetSocketAddress otlpHttp() {
        return socketAddress(address("otlp-http"));
    }

    /** The OTLP/gRPC port. */
    public InetSocketAddress otlpGrpc() {
        return socketAddress(address("otlp-grpc"));
    }

    /** The DogStatsD port, of UDP. */
    InetSocketAddress dogstatsd() {
        return socketAddress(address("dogstatsd"));
    }

    private String address(String name) {
        String address = addresses.get(name);
        if (address == null) {
            throw new IllegalStateException(
                    "the server did not say where " + name + " is: " + addresses);
        }
        return address;
    }

    /** Processor time of all its threads since it started. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Resident memory, or 0 where the system does not tell. */
    double residentMegabytes() throws IOException {
        return statusMegabytes("VmRSS:");
    }

    /**
     * What of {@link #residentMegabytes} is the process's own. The rest are pages of files, the AOT
     * cache's and libraries', which the system may drop and read again.
     */
    double anonymousMegabytes() throws IOException {
        return statusMegabytes("RssAnon:");
    }

    private double statusMegabytes(String name) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith(name))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                            .findFirst()
                            .orElse(0)
                    / 1024.0;
        }
    }

    /** Why a connection to it failed: perhaps it is not there any more. */
    IOException cause(IOException failure) {
        return exitCode()
                .map(
                        code ->
                                new IOException(
                                        "the server ended while it was measured, with exit code "
                                                + code
                                                + "; what it said is on standard error",
                                        failure))
                .orElse(failure);
    }

    /** What it ended with, if it has. */
    Optional<Integer> exitCode() {
        try {
            // A process whose connections are just gone takes a moment to be so, too.
            return process.waitFor(1, TimeUnit.SECONDS)
                    ? Optional.of(process.exitValue())
                    : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Ends it as kill -9 does: nothing is flushed, nobody is told. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Ends it as a service manager does, and waits. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
