package io.sluice.collector.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/**
 * Turns protobuf's JSON form into its wire form, as OTLP has it: ids are hex, enums are numbers,
 * names are lowerCamelCase. So there is one reader that says what a request means, and this one
 * says only what its fields are.
 *
 * <p>Fields that are not in the schema are passed over; {@code null} is as good as nothing; the
 * same name twice in one object, anything after the value, a byte order mark, or a number that does
 * not fit its field exactly makes the whole body malformed.
 */
public final class JsonToProto {

    /**
     * An {@code AnyValue} of {@link ProtoCursor#MAX_DEPTH} maps in each other, and what lies around
     * it.
     */
    private static final int MAX_DEPTH = 4 * ProtoCursor.MAX_DEPTH + 16;

    /** Of 2^64. */
    private static final int MAX_DIGITS = 20;

    private static final String SIGNED_INTEGER = "an integer of 64 bits";
    private static final String UNSIGNED_INTEGER = "an integer from 0 to 2^64 - 1";

    /** Other JSON of protobuf has the names, too, so whoever sends one should learn that. */
    private static final String ENUM_NUMBER = "an enum's number and not its name";

    /** So many digits always fit 64 bits, unsigned. */
    private static final int SURE_DIGITS = 19;

    /** No number of {@link #SURE_DIGITS} digits, which are all below 10^19. */
    private static final long NO_DIGITS = -1;

    private static final byte[] NO_BYTES = {};

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    // The body as a whole is limited already.
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    /** What a field's value is, in JSON and on the wire. */
    public enum Form {
        STRING,
        /** Base64, with either alphabet. */
        BYTES,
        /**
         * Hex in either case. Anything else becomes an id without bytes, which is refused where ids
         * are checked.
         */
        HEX_ID,
        BOOL,
        /** {@code int64} or {@code uint32}. */
        VARINT,
        /** An enum's number; OTLP has no names in JSON. */
        ENUM,
        SINT32,
        FIXED64,
        SFIXED64,
        DOUBLE,
        MESSAGE
    }

    /** A field of a message. */
    public record Field(int number, Form form, boolean repeated, Map<String, Field> message) {

        /** A field with one value. */
        public static Field single(int number, Form form) {
            return new Field(number, form, false, Map.of());
        }

        /** A field with any number of values. */
        public static Field repeated(int number, Form form) {
            return new Field(number, form, true, Map.of());
        }

        /**
         * A nested message, by the names of its fields. The map may be filled later: messages may
         * contain themselves.
         */
        public static Field message(int number, Map<String, Field> fields) {
            return new Field(number, Form.MESSAGE, false, fields);
        }

        /** Any number of nested messages. */
        public static Field messages(int number, Map<String, Field> fields) {
            return new Field(number, Form.MESSAGE, true, fields);
        }
    }

    private final JsonParser in;
    private final ProtoWriter out = new ProtoWriter();

    private JsonToProto(JsonParser in) {
        this.in = in;
    }

    /**
     * Writes a body's message in wire form.
     *
     * @param length how many bytes of {@code body} are it
     * @param message the message's fields by name
     * @throws MalformedRequestException with the line and column of what is wrong
     */
    public static ProtoWriter transcode(byte[] body, int length, Map<String, Field> message)
            throws MalformedRequestException {
        requireUtf8(body, length);
        try (JsonParser in = FACTORY.createParser(body, 0, length)) {
            JsonToProto transcoder = new JsonToProto(in);
            transcoder.read(message);
            return transcoder.out;
        } catch (IOException e) {
            throw new UncheckedIOException("there is nothing to read but an array", e);
        }
    }

    /**
     * Keeps the parser from guessing UTF-16 or UTF-32, which it would by a byte order mark or by
     * zeros among the first four bytes. In UTF-8, neither is JSON.
     */
    private static void requireUtf8(byte[] body, int length) throws MalformedRequestException {
        for (int i = 0; i < Math.min(4, length); i++) {
            int one = Byte.toUnsignedInt(body[i]);
            if (one == 0 || one == 0xfe || one == 0xff || (i == 0 && one == 0xef)) {
                throw new MalformedRequestException(
                        RejectReason.MALFORMED,
                        "line 1, column 1: UTF-8 without a byte order mark was expected");
            }
        }
    }

    private void read(Map<String, Field> message) throws IOException, MalformedRequestException {
        try {
            document(message);
        } catch (JsonProcessingException e) {
            boolean tooDeep = in.getParsingContext().getNestingDepth() >= MAX_DEPTH;
            // A broken limit has no location of its own.
            JsonLocation where = e.getLocation() == null ? in.currentLocation() : e.getLocation();
            throw malformed(
                    tooDeep ? RejectReason.TOO_DEEP : RejectReason.MALFORMED,
                    where,
                    e.getOriginalMessage());
        }
    }

    private void document(Map<String, Field> message)
            throws IOException, MalformedRequestException {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw expected("an object");
        }
        object(message);
        if (in.nextToken() != null) {
            throw expected("nothing more");
        }
    }

    /** Writes the fields of the object whose start was just read. */
    private void object(Map<String, Field> message) throws IOException, MalformedRequestException {
        while (in.nextToken() != JsonToken.END_OBJECT) {
            Field field = message.get(in.currentName());
            JsonToken value = in.nextToken();
            if (field == null) {
                in.skipChildren();
            } else if (value != JsonToken.VALUE_NULL) {
                field(field, value);
            }
        }
    }

    private void field(Field field, JsonToken value) throws IOException, MalformedRequestException {
        if (!field.repeated) {
            single(field, value);
            return;
        }
        if (value != JsonToken.START_ARRAY) {
            throw expected("an array");
        }
        for (JsonToken item = in.nextToken(); item != JsonToken.END_ARRAY; item = in.nextToken()) {
            single(field, item);
        }
    }

    private void single(Field field, JsonToken value)
            throws IOException, MalformedRequestException {
        int number = field.number;
        switch (field.form) {
            case STRING -> text(number, value);
            case BYTES -> out.bytes(number, base64(string(value)));
            case HEX_ID -> out.bytes(number, hex(string(value)));
            case BOOL -> out.varint(number, bool(value) ? 1 : 0);
            case VARINT -> out.varint(number, integer(value, false, SIGNED_INTEGER));
            case ENUM -> out.varint(number, integer(value, false, ENUM_NUMBER));
            case SFIXED64 -> out.fixed64(number, integer(value, false, SIGNED_INTEGER));
            case FIXED64 -> out.fixed64(number, integer(value, true, UNSIGNED_INTEGER));
            case SINT32 -> {
                long signed = integer(value, false, SIGNED_INTEGER);
                if (signed != (int) signed) {
                    throw expected("an integer of 32 bits");
                }
                out.varint(
                        number,
                        signed << 1
                                ^ signed >> 63); // zigzag: small numbers of either sign are short
            }
            case DOUBLE -> out.fixed64(number, Double.doubleToRawLongBits(floating(value)));
            case MESSAGE -> {
                if (value != JsonToken.START_OBJECT) {
                    throw expected("an object");
                }
                int begun = out.begin(number);
                object(field.message);
                out.end(begun);
            }
        }
    }

    private void text(int number, JsonToken value) throws IOException, MalformedRequestException {
        if (value != JsonToken.VALUE_STRING) {
            throw expected("a string");
        }
        out.text(number, in.getTextCharacters(), in.getTextOffset(), in.getTextLength());
    }

    private String string(JsonToken value) throws IOException, MalformedRequestException {
        if (value != JsonToken.VALUE_STRING) {
            throw expected("a string");
        }
        return in.getText();
    }

    private boolean bool(JsonToken value) throws IOException, MalformedRequestException {
        if (!value.isBoolean()) {
            throw expected("true or false");
        }
        return value == JsonToken.VALUE_TRUE;
    }

    private byte[] base64(String text) throws IOException, MalformedRequestException {
        try {
            return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            throw expected("base64");
        }
    }

    private static byte[] hex(String text) {
        try {
            return HexFormat.of().parseHex(text);
        } catch (IllegalArgumentException e) {
            return NO_BYTES;
        }
    }

    /** An integer as a number or as a string, in any notation, as long as it is one exactly. */
    private long integer(JsonToken value, boolean unsigned, String expected)
            throws IOException, MalformedRequestException {
        boolean fitsLong =
                value == JsonToken.VALUE_NUMBER_INT
                        && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (fitsLong && (in.getLongValue() >= 0 || !unsigned)) {
            return in.getLongValue();
        }
        if (value == JsonToken.VALUE_STRING && in.getTextLength() <= SURE_DIGITS) {
            long digits = digits(in.getTextCharacters(), in.getTextOffset(), in.getTextLength());
            if (digits != NO_DIGITS && (digits >= 0 || unsigned)) {
                return digits;
            }
        }
        if (value == JsonToken.VALUE_STRING || value.isNumeric()) {
            try {
                BigDecimal number = new BigDecimal(in.getText());
                // Looked at before it is written out in full: 1e999999999 would take a gigabyte.
                if (number.precision() - (long) number.scale() <= MAX_DIGITS) {
                    BigInteger whole = number.toBigIntegerExact();
                    if (whole.bitLength() <= (unsigned ? Long.SIZE : Long.SIZE - 1)
                            && (whole.signum() >= 0 || !unsigned)) {
                        return whole.longValue();
                    }
                }
            } catch (ArithmeticException | NumberFormatException e) {
                // It is no integer, as is said below.
            }
        }
        throw expected(expected);
    }

    /**
     * The integer that at most {@link #SURE_DIGITS} digits are, as times are written; or {@link
     * #NO_DIGITS} if there are none or anything else among them.
     */
    private static long digits(char[] text, int offset, int length) {
        long number = 0;
        for (int i = offset; i < offset + length; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return NO_DIGITS;
            }
            number = 10 * number + digit;
        }
        return length == 0 ? NO_DIGITS : number;
    }

    private double floating(JsonToken value) throws IOException, MalformedRequestException {
        if (value.isNumeric()) {
            return in.getDoubleValue();
        }
        String text = string(value);
        try {
            return switch (text) {
                case "NaN" -> Double.NaN;
                case "Infinity" -> Double.POSITIVE_INFINITY;
                case "-Infinity" -> Double.NEGATIVE_INFINITY;
                default -> new BigDecimal(text).doubleValue();
            };
        } catch (NumberFormatException e) {
            throw expected("a number");
        }
    }

    private MalformedRequestException expected(String what) throws IOException {
        String name = in.currentName();
        return malformed(
                RejectReason.MALFORMED,
                in.currentTokenLocation(),
                (name == null ? "" : name + ": ") + what + " was expected");
    }

    private static MalformedRequestException malformed(
            RejectReason reason, @Nullable JsonLocation where, String message) {
        String place =
                where == null
                        ? ""
                        : "line " + where.getLineNr() + ", column " + where.getColumnNr() + ": ";
        return new MalformedRequestException(reason, place + message);
    }
}
