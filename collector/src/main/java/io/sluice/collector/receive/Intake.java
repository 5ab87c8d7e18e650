package io.sluice.collector.receive;

import io.sluice.engine.log.Bodies;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The way of every request, whatever receiver it came by: extract, log, count. A receiver reads
 * bytes off its protocol, calls {@link #take} on the request's own thread, and turns the outcome
 * into its protocol's answer. Thread-safe.
 */
public final class Intake {

    private final Supplier<Extractor> extractor;
    private final Accept accept;
    private final ReceiverCounters counters;
    private final Sources sources;
    private final Limits limits;
    private final InstantSource clock;
    private final InstantSource receipts;
    private final BytesInFlight bytesInFlight;

    // Extracting is all computing; more at a time would not be faster, only hold more decompressed
    // bodies.
    private final Semaphore extracting;

    /**
     * @param extractor the one of the definition set in force
     * @param clock stamps requests with the time of their receipt
     */
    public Intake(
            Supplier<Extractor> extractor,
            Accept accept,
            ReceiverCounters counters,
            Sources sources,
            Limits limits,
            InstantSource clock) {
        this(extractor, accept, counters, sources, limits, clock, clock);
    }

    /**
     * @param extractor the one of the definition set in force
     * @param clock stamps what tells no time of its own with the time of its receipt
     * @param receipts stamps what senders tell the time of: later than {@code clock} while nobody
     *     knows which time it is
     */
    public Intake(
            Supplier<Extractor> extractor,
            Accept accept,
            ReceiverCounters counters,
            Sources sources,
            Limits limits,
            InstantSource clock,
            InstantSource receipts) {
        this.extractor = extractor;
        this.accept = accept;
        this.counters = counters;
        this.sources = sources;
        this.limits = limits;
        this.clock = clock;
        this.receipts = receipts;
        this.bytesInFlight = new BytesInFlight(limits.maxBytesInFlight());
        this.extracting = new Semaphore(2 * Runtime.getRuntime().availableProcessors());
    }

    /** Whom receivers must ask before they read. */
    public Sources sources() {
        return sources;
    }

    /** What receivers must keep to while they read. */
    public Limits limits() {
        return limits;
    }

    /** Where receivers account for what they hold while they read and wait. */
    public BytesInFlight bytesInFlight() {
        return bytesInFlight;
    }

    /** Where receivers count what does not get as far as {@link #take}. */
    public ReceiverCounters counters() {
        return counters;
    }

    /**
     * Takes one request: when this returns, what was accepted of it is on disk, and it is counted.
     * When it throws, nothing is, and the refusal is counted.
     *
     * @param receiver for the counters, for example {@code otlp-http}
     * @param kind which decoder reads the body
     * @param source what the sender calls itself; empty if it does not say
     * @param headers what the decoder must know beside the body
     * @return what was accepted and refused of its items
     * @throws MalformedRequestException if it cannot be read
     * @throws OverloadedException if too much is under way
     * @throws IOException if it cannot be stored now
     */
    public Extract take(
            String receiver,
            String kind,
            String source,
            Encoding encoding,
            Map<String, String> headers,
            byte[] body)
            throws MalformedRequestException, OverloadedException, IOException {
        boolean backfill = sources.backfill().contains(source);
        awaitRoom(receiver, source);
        return stored(
                receiver,
                read(receiver, entry(receipts, kind, source, backfill, encoding, headers, body)));
    }

    /**
     * Takes what a receiver went and got by itself, which can be got again; the outcome is that of
     * {@link #take}.
     *
     * @param history whether it tells of a time when nobody watched: it may be up to 400 days old,
     *     and wakes nobody
     */
    public Extract takeFetched(
            String receiver, String kind, boolean history, Map<String, String> headers, byte[] body)
            throws MalformedRequestException, OverloadedException, IOException {
        awaitRoom(receiver, "");
        return stored(
                receiver,
                read(receiver, entry(clock, kind, "", history, Encoding.IDENTITY, headers, body)));
    }

    /** Decoding is most of the work, so nobody begins it for what could not be taken. */
    private void awaitRoom(String receiver, String source) throws OverloadedException {
        try {
            accept.awaitRoom();
        } catch (OverloadedException e) {
            counters.rejected(receiver, source, RejectReason.OVERLOAD);
            throw e;
        }
    }

    private Extract stored(String receiver, Read read) throws OverloadedException, IOException {
        try {
            store(read);
        } catch (OverloadedException e) {
            counters.rejected(receiver, read.extract, RejectReason.OVERLOAD);
            refused(receiver, read, RejectReason.OVERLOAD);
            throw e;
        } catch (IOException e) {
            counters.rejected(receiver, read.extract, RejectReason.UNAVAILABLE);
            refused(receiver, read, RejectReason.UNAVAILABLE);
            throw e;
        }
        accepted(receiver, read);
        return read.extract;
    }

    /**
     * Takes what came from a sender that waits for no answer: what cannot be stored is counted as
     * dropped.
     *
     * @param receiver for the counters, for example {@code dogstatsd}
     * @param kind which decoder reads the body
     * @param headers what the decoder must know beside the body
     * @throws MalformedRequestException if it cannot be read; that is counted as a refusal
     */
    public void takeUnanswered(
            String receiver,
            String kind,
            Encoding encoding,
            Map<String, String> headers,
            byte[] body)
            throws MalformedRequestException {
        Read read = read(receiver, entry(clock, kind, "", false, encoding, headers, body));
        try {
            store(read);
            accepted(receiver, read);
        } catch (OverloadedException e) {
            counters.dropped(receiver, read.extract, RejectReason.OVERLOAD);
            refused(receiver, read, RejectReason.OVERLOAD);
        } catch (IOException e) {
            counters.dropped(receiver, read.extract, RejectReason.UNAVAILABLE);
            refused(receiver, read, RejectReason.UNAVAILABLE);
        }
    }

    private void accepted(String receiver, Read read) {
        counters.accepted(receiver, read.extract);
        counters.sentBy(receiver, read.entry.source(), read.extract, read.bodyBytes);
    }

    private void refused(String receiver, Read read, RejectReason reason) {
        counters.refusedFrom(receiver, read.entry.source(), reason, read.extract.sent());
    }

    /** A request that was read, and what is to be stored of it. */
    private record Read(Extract extract, LogEntry entry, long bodyBytes) {}

    private static LogEntry entry(
            InstantSource clock,
            String kind,
            String source,
            boolean backfill,
            Encoding encoding,
            Map<String, String> headers,
            byte[] body) {
        return new LogEntry(
                kind, source, backfill, nanos(clock.instant()), encoding, headers, body);
    }

    private Read read(String receiver, LogEntry entry) throws MalformedRequestException {
        extracting.acquireUninterruptibly();
        try {
            Extract extract = extractor.get().extract(entry);
            // The log would do it, too; here it is bounded, and what waits for the disk is small.
            return new Read(extract, Bodies.compressed(entry), entry.body().length);
        } catch (MalformedRequestException e) {
            counters.rejected(receiver, e.reason());
            throw e;
        } finally {
            extracting.release();
        }
    }

    private void store(Read read) throws OverloadedException, IOException {
        if (read.extract.accepted() > 0) {
            accept.accept(read.entry, read.extract);
        }
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}
