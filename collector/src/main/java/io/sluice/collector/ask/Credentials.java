package io.sluice.collector.ask;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How we say who we are. Secrets are in files, which are read at every request, so that they can be
 * changed without a restart; they are in no message and no log entry.
 */
public sealed interface Credentials {

    /** Nobody in particular. */
    record None() implements Credentials {}

    /**
     * The whole value of the header {@code Authorization}, for example {@code Bearer …}.
     *
     * @param file its only line
     */
    record Header(Path file) implements Credentials {}

    /** A name and a password (RFC 7617). */
    record Basic(String username, Path passwordFile) implements Credentials {}

    /**
     * The value of the header {@code Authorization}, if one is to be sent.
     *
     * @throws IOException if the secret cannot be read, or cannot stand in a header; its message
     *     says which file
     */
    default Optional<String> authorization() throws IOException {
        return switch (this) {
            case None _ -> Optional.empty();
            case Header(Path file) -> Optional.of(secret(file, Secrets.HEADER));
            case Basic(String username, Path passwordFile) -> {
                String pair = username + ":" + secret(passwordFile, Secrets.LINE);
                yield Optional.of(
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
            }
        };
    }

    private static String secret(Path file, Pattern form) throws IOException {
        String secret;
        try {
            secret = Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException("the secret cannot be read: " + e, e);
        }
        if (!form.matcher(secret).matches()) {
            throw new IOException(file + " is expected to hold one line, the secret");
        }
        return secret;
    }

    /** What secrets may consist of. */
    final class Secrets {
        private static final Pattern HEADER = Pattern.compile("[!-~]([ -~]*[!-~])?");
        private static final Pattern LINE = Pattern.compile("\\P{Cntrl}+");

        private Secrets() {}
    }
}
