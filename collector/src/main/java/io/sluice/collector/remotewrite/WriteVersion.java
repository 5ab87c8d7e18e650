package io.sluice.collector.remotewrite;

import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/** The two messages of remote write, by what Content-Type calls them. */
enum WriteVersion {
    /** {@code prometheus.WriteRequest}: labels as texts. */
    V1("prometheus.WriteRequest", "remote-write"),

    /** {@code io.prometheus.write.v2.Request}: labels refer to a table of texts. */
    V2("io.prometheus.write.v2.Request", "remote-write-2");

    private static final String MEDIA_TYPE = "application/x-protobuf";
    private static final String PROTO = "proto=";

    private final String message;
    private final String kind;

    WriteVersion(String message, String kind) {
        this.message = message;
        this.kind = kind;
    }

    /** The kind of log entry that a body becomes. */
    String kind() {
        return kind;
    }

    /** The version that bodies of a kind have, or null if it is none of these. */
    static @Nullable WriteVersion ofKind(String kind) {
        for (WriteVersion version : values()) {
            if (version.kind.equals(kind)) {
                return version;
            }
        }
        return null;
    }

    /**
     * The version of a Content-Type. One that names no message, or none at all, is the first: it
     * was written down after its senders.
     *
     * @throws MalformedRequestException if it is neither
     */
    static WriteVersion of(@Nullable String contentType) throws MalformedRequestException {
        if (contentType == null || contentType.isBlank()) {
            return V1;
        }
        String[] parts = contentType.split(";", -1);
        if (parts[0].strip().toLowerCase(Locale.ROOT).equals(MEDIA_TYPE)) {
            String message = V1.message;
            for (int i = 1; i < parts.length; i++) {
                String parameter = parts[i].strip();
                if (parameter.regionMatches(true, 0, PROTO, 0, PROTO.length())) {
                    message = unquoted(parameter.substring(PROTO.length()));
                }
            }
            for (WriteVersion version : values()) {
                if (version.message.equals(message)) {
                    return version;
                }
            }
        }
        throw new MalformedRequestException(
                RejectReason.UNSUPPORTED,
                "Content-Type is "
                        + contentType
                        + ", expected is "
                        + MEDIA_TYPE
                        + " with proto="
                        + V1.message
                        + " or proto="
                        + V2.message);
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
    }
}
