package io.sluice.collector.extract;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

import io.sluice.engine.series.SeriesKey;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Gives texts small numbers, by their bytes, so that a value that comes again costs a lookup and no
 * String. Remembers texts from request to request; what one request may bring is limited, and
 * beyond that its texts are {@link #OVERFLOW}. Not thread-safe.
 */
final class TextInterner {

    /** The empty text's number. */
    static final int EMPTY = 0;

    /** The number of every text that is over a limit. */
    static final int OVERFLOW = 1;

    /** Longer texts are no group or value that a person reads. */
    static final int MAX_TEXT_BYTES = 256;

    /** Once so many are remembered, the next request begins with none. */
    private static final int MAX_REMEMBERED = 1 << 16;

    // Texts come from senders; a secret seed keeps them from choosing texts that collide.
    private static final Hasher64 HASHER = Hashing.xxh3_64(ThreadLocalRandom.current().nextLong());

    private final int maxPerRequest;
    private byte[][] bytes = new byte[64][];
    private String[] texts = new String[64];
    private int[] lastRequest = new int[64];
    private int size;
    private int[] table = new int[128]; // 0 is free, otherwise number + 1
    private int request;
    private int inThisRequest;

    /**
     * @param maxPerRequest how many distinct texts a request may bring
     */
    TextInterner(int maxPerRequest) {
        this.maxPerRequest = maxPerRequest;
        forgetAll();
    }

    /** Begins a request. Numbers given before are no longer valid. */
    void begin() {
        request++;
        inThisRequest = 0;
        if (size > MAX_REMEMBERED) {
            forgetAll();
        }
    }

    /** Which request is at hand; never 0. */
    int request() {
        return request;
    }

    /** The text of a number. */
    String text(int number) {
        return texts[number];
    }

    /** The number of a text, the same for equal bytes throughout a request. */
    int intern(byte[] source, int offset, int length) {
        if (length == 0) {
            return EMPTY;
        }
        if (length > MAX_TEXT_BYTES) {
            return OVERFLOW;
        }
        int at = slot(source, offset, length);
        for (; table[at] != 0; at = at + 1 & table.length - 1) {
            int number = table[at] - 1;
            if (Arrays.equals(
                    bytes[number], 0, bytes[number].length, source, offset, offset + length)) {
                return admit(number);
            }
        }
        if (inThisRequest >= maxPerRequest) {
            return OVERFLOW;
        }
        int number = add(Arrays.copyOfRange(source, offset, offset + length));
        table[at] = number + 1;
        if (size * 2 > table.length) {
            grow();
        }
        return admit(number);
    }

    /**
     * Counts a text's first appearance in a request, whether an earlier request brought it too or
     * not: a pure limit.
     */
    private int admit(int number) {
        if (lastRequest[number] == request) {
            return number;
        }
        if (inThisRequest >= maxPerRequest) {
            return OVERFLOW;
        }
        lastRequest[number] = request;
        inThisRequest++;
        return number;
    }

    private int add(byte[] text) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, size * 2);
            texts = Arrays.copyOf(texts, size * 2);
            lastRequest = Arrays.copyOf(lastRequest, size * 2);
        }
        bytes[size] = text;
        texts[size] =
                new String(text, StandardCharsets.UTF_8); // bytes that are no UTF-8 become U+FFFD
        lastRequest[size] = request - 1;
        return size++;
    }

    private void grow() {
        table = new int[table.length * 2];
        for (int number = OVERFLOW + 1; number < size; number++) {
            int at = slot(bytes[number], 0, bytes[number].length);
            while (table[at] != 0) {
                at = at + 1 & table.length - 1;
            }
            table[at] = number + 1;
        }
    }

    private void forgetAll() {
        Arrays.fill(table, 0);
        size = 0;
        add(new byte[0]);
        add(SeriesKey.OVERFLOW_GROUP.getBytes(StandardCharsets.UTF_8));
    }

    private int slot(byte[] source, int offset, int length) {
        return (int) HASHER.hashBytesToLong(source, offset, length) & table.length - 1;
    }
}
