package io.sluice.collector.dogstatsd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Says how many datagrams Linux threw away because a socket's buffer was full. It counts them per
 * socket, in the column {@code drops} of {@code /proc/net/udp} and {@code udp6}; see {@code
 * Documentation/networking/proc_net_tcp.rst} and {@code udp4_format_sock} in the kernel's source.
 * Elsewhere nobody can say.
 */
final class KernelDrops {

    private static final List<Path> TABLES =
            List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String SOCKET_PREFIX = "socket:[";
    private static final int LOCAL_ADDRESS = 1;
    private static final int INODE = 9;
    private static final int DROPS = 12;
    private static final int COLUMNS = 13;

    private final int port;
    private final Set<Long> inodes;

    /** Of this process's socket on a port, which must be bound already. */
    KernelDrops(int port) {
        this.port = port;
        this.inodes = socketInodes();
    }

    /** Datagrams dropped since the socket was opened; empty where that is not known. */
    OptionalLong total() {
        for (Path table : TABLES) {
            try {
                OptionalLong drops =
                        find(Files.readString(table, StandardCharsets.US_ASCII), port, inodes);
                if (drops.isPresent()) {
                    return drops;
                }
            } catch (IOException e) {
                // Not Linux, or a machine without IPv6: the other table may know.
            }
        }
        return OptionalLong.empty();
    }

    /** The drops of the first socket with this port and one of these inodes in a table. */
    static OptionalLong find(String table, int port, Set<Long> inodes) {
        String wanted = ":%04X".formatted(port);
        return table.lines()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .filter(
                        columns ->
                                columns.length >= COLUMNS
                                        && columns[LOCAL_ADDRESS].endsWith(wanted)
                                        && inodes.contains(Long.parseLong(columns[INODE])))
                .mapToLong(columns -> Long.parseLong(columns[DROPS]))
                .findFirst();
    }

    /** Other processes may have sockets on the same port of other addresses. */
    private static Set<Long> socketInodes() {
        Set<Long> inodes = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                String target = linkTarget(descriptor);
                if (target.startsWith(SOCKET_PREFIX)) {
                    inodes.add(
                            Long.parseLong(
                                    target.substring(SOCKET_PREFIX.length(), target.length() - 1)));
                }
            }
        } catch (IOException e) {
            return Set.of(); // not Linux
        }
        return inodes;
    }

    private static String linkTarget(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed in the meantime
        }
    }
}
