package io.sluice.collector.dogstatsd;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.extract.Shape;
import io.sluice.collector.extract.SourceUnit;
import io.sluice.collector.extract.StreamDigest;
import io.sluice.collector.extract.StreamDigest.Level;
import io.sluice.collector.match.Attributes;
import io.sluice.collector.match.DecimalText;
import io.sluice.collector.wire.Scan;
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
        Walk walk = new Walk(entry.receivedAtNanos(), into, body);
        Datagrams.forEach(body, length, walk::datagram);
    }

    /** One walk over one batch. */
    private static final class Walk {

        private static final byte[] SERVICE_NAME =
                "service.name".getBytes(StandardCharsets.US_ASCII);
        private static final long NANOS_PER_SECOND = 1_000_000_000;

        private final long receivedAtNanos;
        private final Accumulator into;
        private final byte[] body;
        private final MessageCursor message = new MessageCursor();
        private final MessageMemo memo;
        private final StreamDigest stream = new StreamDigest();
        private final int serviceSlot;
        private byte[] service = {};

        /** Whether any measure wants the metric at hand. */
        private boolean wanted;

        Walk(long receivedAtNanos, Accumulator into, byte[] body) {
            this.receivedAtNanos = receivedAtNanos;
            this.into = into;
            this.body = body;
            this.memo = into.memory(MessageMemo.class, MessageMemo::new);
            this.serviceSlot = into.keys().indexOf(SERVICE_NAME, 0, SERVICE_NAME.length);
            beginResource();
        }

        /** Reads a datagram line by line. */
        void datagram(int from, int to) {
            for (int line = from, end; line < to; line = end + 1) {
                end = Scan.indexOf(body, '\n', line, to);
                if (end > line) {
                    line(line, end);
                }
            }
        }

        /**
         * Finds a metric among those that are known, as far as it has one value; reads the rest.
         */
        private void line(int line, int end) {
            int colon = Scan.indexOf(body, ':', line, end);
            int values = Math.min(colon + 1, end);
            int rest = Scan.indexOf(body, '|', values, end);
            MessageMemo.Known known = rest == end ? null : memo.find(body, line, colon, rest, end);
            if (known != null) {
                double value = DecimalText.parse(body, values, rest - values);
                if (!Double.isNaN(value)) {
                    again(known, value);
                    return;
                }
            }
            message.reset(body, line, end);
            if (message.next()) {
                visit();
            }
            if (known == null && rest < end && isMetric() && memo.wants()) {
                remember(line, colon, rest, end);
            }
        }

        private void again(MessageMemo.Known known, double value) {
            setService(known.service(), 0, known.service().length);
            Shape shape = known.shape();
            if (shape != null) {
                into.beginEvent(shape);
            }
            value(known.type(), known.rate(), value, receivedAtNanos, shape != null);
        }

        /** Whether the message is one whose time is that of its receipt, as most are. */
        private boolean isMetric() {
            return message.problem() == null
                    && message.timestampSeconds() == 0
                    && switch (message.type()) {
                        case COUNTER, GAUGE, HISTOGRAM, TIMER -> true;
                        case SET, SERVICE_CHECK, EVENT -> false;
                    };
        }

        /** Remembers the metric that was read just now. */
        private void remember(int line, int colon, int rest, int end) {
            int nameLength = colon - line;
            byte[] bytes = new byte[nameLength + end - rest];
            System.arraycopy(body, line, bytes, 0, nameLength);
            System.arraycopy(body, rest, bytes, nameLength, end - rest);
            memo.remember(
                    new MessageMemo.Known(
                            bytes,
                            nameLength,
                            message.type(),
                            message.rate(),
                            service,
                            wanted ? into.shape() : null));
        }

        private void visit() {
            RejectReason problem = message.problem();
            if (problem != null) {
                into.reject(problem);
                return;
            }
            setService(message.bytes(), message.service(), message.serviceLength());
            switch (message.type()) {
                case COUNTER, GAUGE, HISTOGRAM, TIMER -> values();
                case SET -> member();
                case SERVICE_CHECK -> status();
                case EVENT -> event();
            }
        }

        private void setService(byte[] bytes, int from, int length) {
            if (!Arrays.equals(service, 0, service.length, bytes, from, from + length)) {
                service = Arrays.copyOfRange(bytes, from, from + length);
                beginResource();
            }
        }

        private void values() {
            wanted = beginPoint();
            while (message.nextValue()) {
                value(message.type(), message.rate(), message.value(), timeNanos(), wanted);
            }
        }

        /**
         * A value of a set is a counter of its own, which stands at one from the start of a period
         * to its end: whoever adds up counters then counts it once, whatever batches repeat it.
         */
        private void member() {
            boolean wanted = beginPoint();
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

        private void status() {
            boolean wanted = beginPoint();
            message.nextValue();
            long timeNanos = timeNanos();
            if (into.admitUnheard(timeNanos)
                    && wanted
                    && message.value() != MessageCursor.STATUS_UNKNOWN) {
                into.value(timeNanos, message.value(), Accumulator.ONE);
            }
        }

        private void event() {
            boolean wanted = into.selectEvents();
            Attributes attributes = into.beginEvent();
            if (wanted) {
                readTags(attributes);
                while (message.nextField()) {
                    field(attributes);
                }
            }
            long timeNanos = timeNanos();
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
        private void field(Attributes attributes) {
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
        private boolean beginPoint() {
            SourceUnit unit =
                    message.type() == MessageCursor.Type.TIMER
                            ? SourceUnit.MILLISECONDS
                            : SourceUnit.OTHER;
            boolean wanted =
                    into.selectMetric(
                            message.nameBytes(), message.name(), message.nameLength(), unit);
            Attributes attributes = into.beginEvent();
            if (wanted) {
                readTags(attributes);
            }
            return wanted;
        }

        private void readTags(Attributes attributes) {
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

        /**
         * @param timeNanos 0 if the message says a time that is none
         */
        private void value(
                MessageCursor.Type type,
                double saidRate,
                double value,
                long timeNanos,
                boolean wanted) {
            double rate = type == MessageCursor.Type.GAUGE ? 1 : saidRate;
            // Negations, because NaN is not within any bounds.
            if (!(rate > 0 && rate <= 1) || !(Math.abs(value) / rate <= Accumulator.MAX_COUNT)) {
                into.reject(RejectReason.INVALID_VALUE);
            } else if (timeNanos == 0) {
                into.reject(RejectReason.INVALID_TIME);
            } else if (into.admit(timeNanos) && wanted) {
                if (type == MessageCursor.Type.COUNTER) {
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
        private long timeNanos() {
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
