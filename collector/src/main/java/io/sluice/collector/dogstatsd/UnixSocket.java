package io.sluice.collector.dogstatsd;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where a stream of DogStatsD is listened for.
 *
 * @param path of the socket's file; its folder exists
 * @param mode who may send: whoever may write to the file
 */
public record UnixSocket(Path path, Set<PosixFilePermission> mode) {

    /** Owner and group. */
    public static final Set<PosixFilePermission> DEFAULT_MODE =
            PosixFilePermissions.fromString("rw-rw----");

    public UnixSocket {
        mode = Set.copyOf(mode);
    }
}
