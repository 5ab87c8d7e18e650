package io.sluice.collector.dogstatsd;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.extract.SourceUnit;
import io.sluice.collector.extract.StreamDigest;
import io.sluice.collector.extract.StreamDigest.Level;
import io.sluice.collector.match.Attributes;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
 * <ul>
 *   <li>A set counts its distinct values, anew every {@link #SET_PERIOD}, per name and tags.
 *   <li>A service check is a gauge of its name: 0 is OK, 1 a warning, 2 critical. One that is
 *       unknown (3) is accepted and not judged, as a check that was not made. It says nothing about
 *       whether the service that it is tagged with lives: somebody else may have looked.
 *   <li>An event is an event of its title. Its fields are attributes beside its tags: {@code host},
 *       {@code priority}, {@code alert_type}, {@code aggregation_key}, {@code source_type_name}.
 *       Its text is for people, who find it in the log.
 * </ul>
 */
public final class DogStatsdDecoder implements Decoder {

    /** Of log entries with batches of datagrams. */
    public static final String KIND = "dogstatsd";

    /** What an item is called. */
    public static final String SIGNAL = "metrics";

    /** A value of a set counts once in it: what is the same tomorrow is another visit. */
    public static final Duration SET_PERIOD = Duration.ofSeconds(10);

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
        private final StreamDigest stream = new StreamDigest();
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
            switch (message.type()) {
                case COUNTER, GAUGE, HISTOGRAM, TIMER -> values(message);
                case SET -> member(message);
                case SERVICE_CHECK -> status(message);
                case EVENT -> event(message);
            }
        }

        private void values(MessageCursor message) {
            boolean wanted = beginPoint(message);
            while (message.nextValue()) {
                value(message, wanted);
            }
        }

        /**
         * A value of a set is a counter of its own, which stands at one from the start of a period
         * to its end: whoever adds up counters then counts it once, whatever batches repeat it.
         */
        private void member(MessageCursor message) {
            boolean wanted = beginPoint(message);
            if (!into.admit(receivedAtNanos) || !wanted) {
                return;
            }
            stream.clear();
            stream.add(Level.METRIC, message.nameBytes(), message.name(), message.nameLength());
            message.rereadTags();
            while (message.nextTag()) {
                stream.add(Level.POINT, message.bytes(), message.tagKey(), message.tagLength());
            }
            stream.add(Level.SCOPE, message.bytes(), message.member(), message.memberLength());
            long start = receivedAtNanos - receivedAtNanos % SET_PERIOD.toNanos();
            into.running(stream, start, start + SET_PERIOD.toNanos() - 1, Accumulator.ONE, false);
        }

        private void status(MessageCursor message) {
            boolean wanted = beginPoint(message);
            message.nextValue();
            long timeNanos = timeNanos(message);
            if (into.admitUnheard(timeNanos)
                    && wanted
                    && message.value() != MessageCursor.STATUS_UNKNOWN) {
                into.value(timeNanos, message.value(), Accumulator.ONE);
            }
        }

        private void event(MessageCursor message) {
            boolean wanted = into.selectEvents();
            Attributes attributes = into.beginEvent();
            if (wanted) {
                readTags(message, attributes);
                while (message.nextField()) {
                    field(message, attributes);
                }
            }
            long timeNanos = timeNanos(message);
            if (into.admit(timeNanos) && wanted) {
                into.logRecord(
                        message.nameBytes(),
                        message.name(),
                        message.nameLength(),
                        Accumulator.NO_TRACE_ID,
                        timeNanos);
            }
        }

        /** A priority or an alert type that does not exist is as good as none. */
        private void field(MessageCursor message, Attributes attributes) {
            byte[] bytes = message.bytes();
            int value = message.fieldValue();
            int length = message.fieldValueLength();
            EventField field = EventField.of(message.fieldKey());
            if (field != null && field.takes(bytes, value, length)) {
                int slot = into.keys().indexOf(field.attribute(), 0, field.attribute().length);
                if (slot >= 0) {
                    attributes.text(slot, bytes, value, length);
                }
            }
        }

        /** Begins the point of a metric with its tags; false if no measure wants it. */
        private boolean beginPoint(MessageCursor message) {
            SourceUnit unit =
                    message.type() == MessageCursor.Type.TIMER
                            ? SourceUnit.MILLISECONDS
                            : SourceUnit.OTHER;
            boolean wanted =
                    into.selectMetric(
                            message.nameBytes(), message.name(), message.nameLength(), unit);
            Attributes attributes = into.beginEvent();
            if (wanted) {
                readTags(message, attributes);
            }
            return wanted;
        }

        private void readTags(MessageCursor message, Attributes attributes) {
            while (message.nextTag()) {
                int slot =
                        into.keys()
                                .indexOf(message.bytes(), message.tagKey(), message.tagKeyLength());
                if (slot >= 0) {
                    attributes.text(
                            slot, message.bytes(), message.tagValue(), message.tagValueLength());
                }
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
                    switch (message.type()) {
                        case COUNTER, GAUGE, SERVICE_CHECK, EVENT -> true;
                        case HISTOGRAM, TIMER, SET -> false;
                    };
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
