package io.sluice.engine.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sluice.engine.fold.Counters.Level;
import io.sluice.engine.fold.Counters.Stream;
import io.sluice.engine.fold.Counters.Writer;
import io.sluice.engine.measure.Extract.Identity;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.StoredCounter;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

class CounterShelfTest {
    private static final long SECOND = 1_000_000_000L;

    /** Two that lie on one shelf. */
    private static final Identity ONE = new Identity(5, 7);

    private static final Identity OTHER = new Identity(5 ^ 1L << 32, 6);

    // Written by earlier versions.
    private static final String FIRST_STREAM =
            "0300000000000000050000000000000007c80180a8d6b90780f882ad16d00fc03e00";
    private static final String STREAMS =
            FIRST_STREAM
                    + "00000001000000050000000000000006"
                    + "0180a8d6b90780a8d6b907d704a9fbffffffffffffff01220e020000029003070201";
    private static final String WRITERS =
            "0400000000000000050000000000000007c8010080f882ad16"
                    + "000000010000000500000000000000060180f882ad1680a8d6b907";

    private final States<Stream> streams = new States<>();
    private final States<Writer> writers = new States<>();

    @Test
    void streams_areStoredAsTheyAlwaysWere() {
        streams.put(ONE, new Stream(SECOND, 3 * SECOND, new Level(1000, 5000), null, null, 100));
        streams.put(
                OTHER,
                new Stream(
                        2 * SECOND,
                        4 * SECOND,
                        new Level(-300, Long.MAX_VALUE),
                        new Level(7, 8),
                        sketch(),
                        99));
        List<StoredCounter> stored = new ArrayList<>();
        streams.forEachDirty((shelf, all) -> stored.add(CounterShelf.ofStreams(shelf, all)));

        assertThat(stored).hasSize(1);
        assertThat(hex(stored.getFirst())).isEqualTo(STREAMS);
        assertThat(stored.getFirst().seenAtEpochSecond()).isEqualTo(100);
    }

    @Test
    void writers_areStoredAsTheyAlwaysWere() {
        writers.put(ONE, new Writer(0, 3 * SECOND, 100));
        writers.put(OTHER, new Writer(3 * SECOND, 4 * SECOND, 99));
        List<StoredCounter> stored = new ArrayList<>();
        writers.forEachDirty((shelf, all) -> stored.add(CounterShelf.ofWriters(shelf, all)));

        assertThat(stored).hasSize(1);
        assertThat(hex(stored.getFirst())).isEqualTo(WRITERS);
    }

    @Test
    void whatWasStored_isTakenBack() {
        restore("streams-1", STREAMS);
        restore("writers-1", WRITERS);

        Stream stream = streams.find(OTHER);
        assertThat(stream).isNotNull();
        assertThat(stream.startNanos()).isEqualTo(2 * SECOND);
        assertThat(stream.timeNanos()).isEqualTo(4 * SECOND);
        assertThat(stream.good()).isEqualTo(-300);
        assertThat(stream.total()).isEqualTo(Long.MAX_VALUE);
        assertThat(stream.lower()).isEqualTo(new Level(7, 8));
        assertThat(stream.sketch()).isEqualTo(sketch());
        assertThat(stream.seenAtEpochSecond()).isEqualTo(99);
        Stream plain = streams.find(ONE);
        assertThat(plain).isNotNull();
        assertThat(plain.total()).isEqualTo(5000);
        assertThat(plain.lower()).isNull();
        assertThat(plain.sketch()).isNull();
        assertThat(writers.find(ONE)).isEqualTo(new Writer(0, 3 * SECOND, 100));
        assertThat(writers.find(OTHER)).isEqualTo(new Writer(3 * SECOND, 4 * SECOND, 99));
    }

    /** Each by itself, by its identity, in numbers of eight bytes. */
    @Test
    void statesOfTheFirstForm_areTakenBack_unlessAShelfHasThem() {
        restore("writers-1", WRITERS);
        restore(
                "00000000000000050000000000000007",
                "01"
                        + "000000003b9aca00"
                        + "00000000b2d05e00"
                        + "00000000000003e8"
                        + "0000000000001388"
                        + "8000000000000000"
                        + "8000000000000000"
                        + HexFormat.of().formatHex(sketch().encode()));
        restore("00000000000000050000000000000007", "02" + "0000000000000001" + "0000000000000002");

        Stream stream = streams.find(ONE);
        assertThat(stream).isNotNull();
        assertThat(stream.startNanos()).isEqualTo(SECOND);
        assertThat(stream.total()).isEqualTo(5000);
        assertThat(stream.lower()).isNull();
        assertThat(stream.sketch()).isEqualTo(sketch());
        assertThat(writers.find(ONE)).isEqualTo(new Writer(0, 3 * SECOND, 100));
    }

    @Test
    void whatEndsTooEarly_isRefused() {
        for (int length = 2; length < STREAMS.length(); length += 2) {
            String cut = STREAMS.substring(0, length);
            // Behind the first stream, it may be all.
            if (length != 2 && !cut.equals(FIRST_STREAM)) {
                assertThatIllegalArgumentException().isThrownBy(() -> restore("streams-1", cut));
            }
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> restore("later-1", "05"))
                .withMessageContaining("newer version");
    }

    private void restore(String name, String state) {
        CounterShelf.restore(
                new StoredCounter(name, HexFormat.of().parseHex(state), 17), streams, writers);
    }

    private static String hex(StoredCounter stored) {
        return HexFormat.of().formatHex(stored.state());
    }

    private static Sketch sketch() {
        Sketch sketch = new Sketch();
        sketch.addBucket(5, 200, 7);
        sketch.addBucket(5, 203, 1);
        return sketch;
    }
}
