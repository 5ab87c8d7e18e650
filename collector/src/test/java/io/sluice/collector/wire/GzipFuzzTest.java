package io.sluice.collector.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.FuzzCorpus;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.measure.MalformedRequestException;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Whatever bytes are sent as gzip: they are what the JDK reads, or refused, within the limit. */
public class GzipFuzzTest {

    private static final int LIMIT = 1 << 16;

    /** What the fuzzer runs. */
    public static void fuzzerTestOneInput(byte[] body) {
        Decompressor decompressor = new Decompressor(LIMIT);
        try {
            byte[] ours = decompressor.read(Encoding.GZIP, body);
            assertThat(decompressor.length()).isLessThanOrEqualTo(LIMIT);
            assertThat(Arrays.copyOf(ours, decompressor.length())).isEqualTo(jdk(body));
        } catch (MalformedRequestException e) {
            assertThat(e).hasMessageContaining("body");
        }
    }

    private static byte[] jdk(byte[] body) {
        try {
            return new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
        } catch (IOException e) {
            throw new AssertionError("the JDK does not read it", e);
        }
    }

    @TestFactory
    Stream<DynamicTest> corpus() {
        return FuzzCorpus.tests(GzipFuzzTest.class, GzipFuzzTest::fuzzerTestOneInput);
    }
}
