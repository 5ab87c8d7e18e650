package io.sluice.collector.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;

import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

class ProtoCursorTest {

    private static ProtoCursor over(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        ProtoCursor cursor = new ProtoCursor();
        cursor.reset(bytes, 0, bytes.length);
        return cursor;
    }

    private static void skipAll(ProtoCursor cursor) throws MalformedRequestException {
        while (cursor.hasNext()) {
            cursor.skip(cursor.tag());
        }
    }

    @Property
    void numbers_areReadAsProtobufWritesThem(@ForAll long number, @ForAll int small)
            throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeUInt64NoTag(number);
        out.writeInt32NoTag(small);
        out.writeFixed64NoTag(number);
        out.writeFixed32NoTag(small);
        out.flush();
        ProtoCursor cursor = new ProtoCursor();
        cursor.reset(bytes.toByteArray(), 0, bytes.size());

        assertThat(cursor.varint()).isEqualTo(number);
        assertThat((int) cursor.varint()).isEqualTo(small);
        assertThat(cursor.fixed64()).isEqualTo(number);
        assertThat(cursor.fixed32()).isEqualTo(small);
        assertThat(cursor.hasNext()).isFalse();
    }

    @Property
    void tags_areReadAsProtobufWritesThem(@ForAll int random) throws Exception {
        int field = 1 + (random >>> 3); // up to 2^29
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeTag(Math.min(field, (1 << 29) - 1), 5);
        out.flush();
        ProtoCursor cursor = new ProtoCursor();
        cursor.reset(bytes.toByteArray(), 0, bytes.size());

        assertThat(cursor.tag()).isEqualTo(Math.min(field, (1 << 29) - 1) << 3 | 5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        0a05616263                 | byte 1: a length of 5 exceeds the 3 bytes that are left
        0affffffff0f               | byte 1: a length of 4294967295 exceeds the 0 bytes that are left
        0affffffffffffffffff01     | byte 1: a length of 18446744073709551615 exceeds the 0 bytes that are left
        08ffffffffffffffffffff01   | byte 1: a varint is longer than 10 bytes
        0880                       | byte 1: the message ends within a varint
        80                         | byte 0: the message ends within a varint
        00                         | byte 0: a field number between 1 and 536870911 was expected, not 0
        8080808010                 | byte 0: a field number between 1 and 536870911 was expected, not 536870912
        0e                         | byte 0: there is no wire type 6
        0f                         | byte 0: there is no wire type 7
        0901020304050607           | byte 1: 8 bytes were expected, 7 are left
        0d010203                   | byte 1: 4 bytes were expected, 3 are left
        0c                         | byte 1: field 1 ends a group that was not begun
        0b                         | byte 1: the message ends within group 1
        0b14                       | byte 2: group 1 is ended by field 2
        """)
    void brokenBytes_areRefused_andSaidWhere(String hex, String message) {
        assertThatThrownBy(() -> skipAll(over(hex)))
                .isInstanceOfSatisfying(
                        MalformedRequestException.class,
                        e -> assertThat(e.reason()).isEqualTo(RejectReason.MALFORMED))
                .hasMessage(message);
    }

    @Test
    void nestedMessage_endsWhereItsLengthSays_whateverLiesInIt() throws Exception {
        ProtoCursor cursor = over("0a020a05" + "1007"); // its own field claims five bytes
        assertThat(cursor.tag()).isEqualTo(0x0a);
        int outer = cursor.enter();
        assertThat(cursor.tag()).isEqualTo(0x0a);
        assertThatThrownBy(cursor::length)
                .hasMessage("byte 3: a length of 5 exceeds the 0 bytes that are left");
        cursor.leave(outer);
        assertThat(cursor.tag()).isEqualTo(0x10);
        assertThat(cursor.varint()).isEqualTo(7);
    }

    @Test
    void groups64Deep_areSkipped_deeperOnesRefused() throws Exception {
        skipAll(over("0b".repeat(64) + "0c".repeat(64)));
        assertThatThrownBy(() -> skipAll(over("0b".repeat(65) + "0c".repeat(65))))
                .isInstanceOfSatisfying(
                        MalformedRequestException.class,
                        e -> assertThat(e.reason()).isEqualTo(RejectReason.TOO_DEEP));
        assertThatThrownBy(() -> skipAll(over("0b".repeat(1_000_000))))
                .isInstanceOf(MalformedRequestException.class);
    }
}
