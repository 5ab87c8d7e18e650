package io.sluice.collector.dogstatsd;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.extract.SourceUnit;
import io.sluice.collector.match.Attributes;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads batches of datagrams. An item is a value: a message that packs three is three items, a line
 * that cannot be read is one.
 *
 * <p>Tags are the attributes of the point, a tag without a value has an empty text, and of two tags
 * with one key the last counts; the tag {@code service} is also the resource's {@code
 * service.name}. Counters add their value divided by the rate; every value of a gauge, histogram,
 * distribution or timer is one event, which weighs 1 / rate except for gauges. A rate that is not
 * above 0 and at most 1 is refused. Counters and gauges may say when they were; what says nothing
 * was when it was received.
 *
 * <p>Sets, events and service checks are counted as unsupported.
 */
public final class DogStatsdDecoder implements Decoder {

    /** Of log entries with batches of datagrams. */
    public static final String KIND = "dogstatsd";

    /** What an item is called. */
    public static final String SIGNAL = "metrics";

    /** Makes the one that is needed. */
    public DogStatsdDecoder() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String signal() {
        return SIGNAL;
    }

    /** UDP sends nothing again; two equal batches are two batches. */
    @Override
    public boolean repeats() {
        return false;
    }

    @Override
    public void decode(LogEntry entry, byte[] body, int length, Accumulator into)
            throws MalformedRequestException {
        Datagrams.forEachMessage(body, length, new Walk(entry.receivedAtNanos(), into));
    }

    /** One walk over one batch. */
    private static final class Walk implements Datagrams.Visitor {

        private static final byte[] SERVICE_NAME =
                "service.name".getBytes(StandardCharsets.US_ASCII);
        private static final long NANOS_PER_SECOND = 1_000_000_000;

        private final long receivedAtNanos;
        private final Accumulator into;
        private final int serviceSlot;
        private byte[] service = {};

        Walk(long receivedAtNanos, Accumulator into) {
            this.receivedAtNanos = receivedAtNanos;
            this.into = into;
            this.serviceSlot = into.keys().indexOf(SERVICE_NAME, 0, SERVICE_NAME.length);
            beginResource();
        }

        @Override
        public void visit(MessageCursor message) {
            RejectReason problem = message.problem();
            if (problem != null) {
                into.reject(problem);
                return;
            }
            if (!Arrays.equals(
                    service,
                    0,
                    service.length,
                    message.bytes(),
                    message.service(),
                    message.service() + message.serviceLength())) {
                service =
                        Arrays.copyOfRange(
                                message.bytes(),
                                message.service(),
                                message.service() + message.serviceLength());
                beginResource();
            }
            SourceUnit unit =
                    message.type() == MessageCursor.Type.TIMER
                            ? SourceUnit.MILLISECONDS
                            : SourceUnit.OTHER;
            boolean wanted =
                    into.selectMetric(message.bytes(), message.name(), message.nameLength(), unit);
            Attributes attributes = into.beginEvent();
            while (wanted && message.nextTag()) {
                int slot =
                        into.keys()
                                .indexOf(message.bytes(), message.tagKey(), message.tagKeyLength());
                if (slot >= 0) {
                    attributes.text(
                            slot, message.bytes(), message.tagValue(), message.tagValueLength());
                }
            }
            while (message.nextValue()) {
                value(message, wanted);
            }
        }

        private void beginResource() {
            Attributes resource = into.beginResource();
            if (service.length > 0) {
                resource.text(serviceSlot, service, 0, service.length);
            }
            into.endResource();
        }

        private void value(MessageCursor message, boolean wanted) {
            double value = message.value();
            double rate = message.type() == MessageCursor.Type.GAUGE ? 1 : message.rate();
            // Negations, because NaN is not within any bounds.
            if (!(rate > 0 && rate <= 1) || !(Math.abs(value) / rate <= Accumulator.MAX_COUNT)) {
                into.reject(RejectReason.INVALID_VALUE);
                return;
            }
            long timeNanos = timeNanos(message);
            if (timeNanos == 0) {
                into.reject(RejectReason.INVALID_TIME);
            } else if (into.admit(timeNanos) && wanted) {
                if (message.type() == MessageCursor.Type.COUNTER) {
                    into.increase(
                            timeNanos, (long) value, Math.round(value / rate * Accumulator.ONE));
                } else {
                    long weight = Math.round(Accumulator.ONE / rate);
                    into.value(
                            timeNanos, value, Math.min(weight, Accumulator.MAX_WEIGHT_THOUSANDTHS));
                }
            }
        }

        /** 0 if the message says a time that is none. */
        private long timeNanos(MessageCursor message) {
            long seconds = message.timestampSeconds();
            boolean timed =
                    message.type() == MessageCursor.Type.COUNTER
                            || message.type() == MessageCursor.Type.GAUGE;
            if (seconds == 0 || !timed) {
                return receivedAtNanos;
            }
            if (seconds < 0) {
                return 0;
            }
            return seconds > Long.MAX_VALUE / NANOS_PER_SECOND
                    ? Long.MAX_VALUE
                    : seconds * NANOS_PER_SECOND;
        }
    }
}
