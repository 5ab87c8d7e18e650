package io.sluice.collector.otlp;

import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.NotAdmittedException;
import io.sluice.collector.receive.Sources;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** What OTLP's transports have in common: a body is taken, or refused for a reason. Thread-safe. */
final class OtlpFront {

    /** A source's name is no longer. */
    static final int MAX_SOURCE_LENGTH = 100;

    /**
     * A body that takes longer to arrive is refused: what it holds meanwhile, others need. Senders
     * give up after 10 s, unless configured.
     */
    static final Duration ARRIVAL_TIMEOUT = Duration.ofMinutes(1);

    /** When to come again if the disk is full or the log closed. */
    private static final Duration RETRY_UNAVAILABLE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(OtlpFront.class);

    private final String receiver;
    private final Intake intake;

    /**
     * @param receiver for the counters
     */
    OtlpFront(String receiver, Intake intake) {
        this.receiver = receiver;
        this.intake = intake;
    }

    /**
     * The source of a request that may be taken; empty if it has none.
     *
     * @param authorization the header, or metadata, of this name
     * @param claimed what the sender says in {@link Sources#HEADER}
     */
    String source(@Nullable String authorization, @Nullable String claimed)
            throws RefusedException {
        if (claimed != null && claimed.length() > MAX_SOURCE_LENGTH) {
            throw counted(
                    RefusedException.of(
                            RejectReason.MALFORMED,
                            Sources.HEADER
                                    + " has "
                                    + claimed.length()
                                    + " characters, at most "
                                    + MAX_SOURCE_LENGTH
                                    + " were expected"));
        }
        try {
            return intake.sources().admit(authorization, claimed);
        } catch (NotAdmittedException e) {
            throw counted(RefusedException.of(e));
        }
    }

    /** Takes a request; when this returns, it is on disk, and either way it is counted. */
    Extract take(String kind, String source, Encoding encoding, byte[] body)
            throws RefusedException {
        try {
            return intake.take(receiver, kind, source, encoding, Map.of(), body);
        } catch (MalformedRequestException e) {
            throw RefusedException.of(e);
        } catch (OverloadedException e) {
            throw RefusedException.of(e);
        } catch (IOException e) {
            LOG.warn("a request could not be stored", e);
            throw RefusedException.unavailable(
                    "the request cannot be stored now", RETRY_UNAVAILABLE);
        } catch (RuntimeException e) {
            // Ours, not the sender's. It keeps the data for as long as it is told to come again;
            // an internal error would make it drop them.
            LOG.error("a request could not be handled", e);
            throw counted(
                    RefusedException.unavailable(
                            "the request cannot be handled now", RETRY_UNAVAILABLE));
        }
    }

    /** Counts a request that is refused before it was taken. */
    RefusedException counted(RefusedException refused) {
        counted(refused.reason());
        return refused;
    }

    /** Counts a request that somebody else has refused for us. */
    void counted(RejectReason reason) {
        intake.counters().rejected(receiver, reason);
    }
}
