package io.sluice.collector.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.FuzzCorpus;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.measure.MalformedRequestException;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.stream.Stream;

/** Whatever bytes are sent as zstd: they are read or refused, within the limit. */
public class ZstdFuzzTest {

    private static final int LIMIT = 1 << 16;

    /** What the fuzzer runs. */
    public static void fuzzerTestOneInput(byte[] body) {
        Decompressor decompressor = new Decompressor(LIMIT);
        try {
            decompressor.read(Encoding.ZSTD, body);
            assertThat(decompressor.length()).isLessThanOrEqualTo(LIMIT);
        } catch (MalformedRequestException e) {
            assertThat(e).hasMessageContaining("body");
        }
    }

    @TestFactory
    Stream<DynamicTest> corpus() {
        return FuzzCorpus.tests(ZstdFuzzTest.class, ZstdFuzzTest::fuzzerTestOneInput);
    }
}
