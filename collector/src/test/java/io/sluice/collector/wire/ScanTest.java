package io.sluice.collector.wire;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ScanTest {

    @Property(tries = 500)
    void theFirstOneIsFoundWhereverItIs(
            @ForAll @Size(max = 40) byte[] bytes,
            @ForAll @IntRange(max = 40) int a,
            @ForAll @IntRange(max = 40) int b,
            @ForAll @IntRange(max = 127) int wanted) {
        int from = Math.min(Math.min(a, b), bytes.length);
        int to = Math.min(Math.max(a, b), bytes.length);

        int naive = from;
        while (naive < to && bytes[naive] != wanted) {
            naive++;
        }
        assertThat(Scan.indexOf(bytes, (char) wanted, from, to)).isEqualTo(naive);
    }

    @Property(tries = 500)
    void neighboursOfTheWantedByteAreNotTakenForIt(
            @ForAll @Size(min = 8, max = 24) byte[] bytes, @ForAll @IntRange(max = 23) int place) {
        // What differs in one bit, or borrows from its neighbour, is what such tricks get wrong.
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (':' ^ 1 << Math.floorMod(bytes[i], 8));
        }
        int at = place % bytes.length;
        bytes[at] = ':';

        assertThat(Scan.indexOf(bytes, ':', 0, bytes.length)).isEqualTo(at);
        assertThat(Scan.indexOf(bytes, ':', at + 1, bytes.length)).isEqualTo(bytes.length);
    }

    @Property(tries = 500)
    void asciiIsWhatHasNoTopBit(@ForAll @Size(max = 40) byte[] bytes) {
        boolean naive = true;
        for (byte b : bytes) {
            naive &= b >= 0;
        }
        assertThat(Scan.isAscii(bytes, 0, bytes.length)).isEqualTo(naive);
    }

    @Property(tries = 200)
    void oneByteBeyondAsciiIsSeenWhereverItIs(
            @ForAll @IntRange(min = 1, max = 24) int length,
            @ForAll @IntRange(max = 23) int place) {
        byte[] bytes = new byte[length];
        assertThat(Scan.isAscii(bytes, 0, length)).isTrue();
        bytes[place % length] = (byte) 0x80;
        assertThat(Scan.isAscii(bytes, 0, length)).isFalse();
    }
}
