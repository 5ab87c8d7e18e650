package io.sluice.collector.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedInputStream;

import io.sluice.collector.wire.JsonToProto.Field;
import io.sluice.collector.wire.JsonToProto.Form;
import io.sluice.engine.measure.MalformedRequestException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What is written is read by protobuf's own library. */
final class JsonToProtoTest {
    private static final Map<String, Field> SCHEMA =
            Map.of(
                    "signed", Field.single(1, Form.VARINT),
                    "time", Field.single(2, Form.FIXED64),
                    "text", Field.single(3, Form.STRING),
                    "inner", Field.message(4, Map.of("text", Field.single(3, Form.STRING))));

    private static CodedInputStream transcode(String json) throws MalformedRequestException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return CodedInputStream.newInstance(
                JsonToProto.transcode(body, body.length, SCHEMA).toBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "007, 7",
        "0, 0",
        "1e3, 1000"
    })
    void signedIntegersInTexts(String text, long expected) throws Exception {
        CodedInputStream in = transcode("{\"signed\": \"" + text + "\"}");
        assertThat(in.readTag()).isEqualTo(1 << 3);
        assertThat(in.readInt64()).isEqualTo(expected);
        assertThat(in.isAtEnd()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808", "9999999999999999999", "12x", " 1", "", "-"})
    void whatDoesNotFitASignedInteger_isRefused(String text) {
        assertThatThrownBy(() -> transcode("{\"signed\": \"" + text + "\"}"))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessageContaining("signed: an integer of 64 bits was expected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "1799999999500000000",
                "9223372036854775808",
                "9999999999999999999",
                "18446744073709551615"
            })
    void unsignedIntegersInTexts(String text) throws Exception {
        CodedInputStream in = transcode("{\"time\": \"" + text + "\"}");
        assertThat(in.readTag()).isEqualTo(2 << 3 | 1);
        assertThat(Long.toUnsignedString(in.readFixed64())).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain       | plain",
                "zürich €    | zürich €",
                "a\\u00e9\\n | 'aé\n'",
                "😀          | 😀",
                "x\\ud800y   | x?y"
            })
    void texts(String escaped, String expected) throws Exception {
        CodedInputStream in = transcode("{\"text\": \"" + escaped + "\"}");
        assertThat(in.readTag()).isEqualTo(3 << 3 | 2);
        assertThat(in.readString()).isEqualTo(expected);
        assertThat(in.isAtEnd()).isTrue();
    }

    /** Lengths take one byte up to 127, and four from there on. */
    @Test
    void messagesOfEveryLength() throws Exception {
        for (int length = 0; length < 300; length++) {
            String text = "x".repeat(length);
            CodedInputStream in =
                    transcode("{\"inner\": {\"text\": \"" + text + "\"}, \"signed\": 7}");
            assertThat(in.readTag()).isEqualTo(4 << 3 | 2);
            int outer = in.pushLimit(in.readRawVarint32());
            assertThat(in.readTag()).isEqualTo(3 << 3 | 2);
            assertThat(in.readString()).isEqualTo(text);
            assertThat(in.isAtEnd()).isTrue();
            in.popLimit(outer);
            assertThat(in.readTag()).isEqualTo(1 << 3);
            assertThat(in.readInt64()).isEqualTo(7);
        }
    }
}
