package io.sluice.server.notify;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Where a receiver is. An address may be a secret; then it is in a file, and in no message. */
public sealed interface Place {

    /** Anybody may know it. */
    record Known(URI url) implements Place {}

    /** Its only line is the address; read at every try, so that it can be changed. */
    record InFile(Path file) implements Place {}

    /**
     * The address.
     *
     * @throws IOException if the file cannot be read, or holds something else; its message says
     *     which file, and not what is in it
     */
    default URI url() throws IOException {
        return switch (this) {
            case Known(URI url) -> url;
            case InFile(Path file) -> address(file);
        };
    }

    private static URI address(Path file) throws IOException {
        try {
            URI url = URI.create(Files.readString(file).strip());
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            if (url.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                return url;
            }
        } catch (IllegalArgumentException _) {
            // Said below, without what is in it.
        }
        throw new IOException(file + " is expected to hold one line, an http or https address");
    }
}
