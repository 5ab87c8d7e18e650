package io.sluice.collector.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Tells text from other bytes. */
public final class Utf8 {

    private Utf8() {}

    /**
     * Whether the bytes from one position up to another are UTF-8. Allocates only if they are not
     * all ASCII.
     */
    public static boolean isValid(byte[] bytes, int from, int to) {
        if (Scan.isAscii(bytes, from, to)) {
            return true;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
