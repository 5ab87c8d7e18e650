package io.sluice.collector.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;

import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

class DecompressorTest {

    private static final int LIMIT = 1 << 20;

    private final Decompressor decompressor = new Decompressor(LIMIT);

    private byte[] read(Encoding encoding, byte[] body) throws MalformedRequestException {
        byte[] bytes = decompressor.read(encoding, body);
        return Arrays.copyOf(bytes, decompressor.length());
    }

    private void assertRefused(Encoding encoding, byte[] body, RejectReason reason) {
        assertThatThrownBy(() -> decompressor.read(encoding, body))
                .isInstanceOfSatisfying(
                        MalformedRequestException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    @Property(tries = 100)
    void bodies_comeBackAsTheyWere(@ForAll byte[] body, @ForAll @IntRange(max = 2_000) int times)
            throws Exception {
        byte[] long_ = new byte[Math.min(LIMIT, body.length * times)];
        for (int i = 0; i < long_.length; i++) {
            long_[i] = body[i % body.length];
        }
        assertThat(read(Encoding.IDENTITY, long_)).isEqualTo(long_);
        assertThat(read(Encoding.GZIP, gzip(long_))).isEqualTo(long_);
        assertThat(read(Encoding.ZSTD, Zstd.compress(long_))).isEqualTo(long_);
    }

    @Property(tries = 1000)
    void damagedGzip_isReadAsTheJdkReadsIt_orRefused(
            @ForAll @IntRange(max = 200) int at, @ForAll byte with) throws Exception {
        byte[] body = gzip("0123456789".repeat(30).getBytes(StandardCharsets.US_ASCII));
        body[at % body.length] = with;
        try {
            byte[] read = read(Encoding.GZIP, body);
            assertThat(read)
                    .isEqualTo(
                            new GZIPInputStream(new java.io.ByteArrayInputStream(body))
                                    .readAllBytes());
        } catch (MalformedRequestException e) {
            assertThat(e.reason()).isEqualTo(RejectReason.MALFORMED);
        }
    }

    @Test
    void gzipHeaderWithEverythingInIt_isPassedOver_ifItsChecksumMatches() throws Exception {
        byte[] plain = gzip("body".getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(
                HexFormat.of()
                        .parseHex("1f8b081e000000000003")); // extra, name, comment, header checksum
        body.writeBytes(HexFormat.of().parseHex("0300616263"));
        body.writeBytes("name\0comment\0".getBytes(StandardCharsets.US_ASCII));
        CRC32 crc = new CRC32();
        crc.update(body.toByteArray());
        body.writeBytes(new byte[] {(byte) crc.getValue(), (byte) (crc.getValue() >>> 8)});
        body.write(plain, 10, plain.length - 10);

        assertThat(read(Encoding.GZIP, body.toByteArray())).asString().isEqualTo("body");
        byte[] damaged = body.toByteArray();
        damaged[body.size() - plain.length + 10 - 1]++;
        assertRefused(Encoding.GZIP, damaged, RejectReason.MALFORMED);
    }

    @Test
    void bodyCutOffAnywhere_isRefused() throws Exception {
        byte[] gzip = gzip("0123456789".repeat(30).getBytes(StandardCharsets.US_ASCII));
        for (int length = 0; length < gzip.length; length++) {
            assertRefused(Encoding.GZIP, Arrays.copyOf(gzip, length), RejectReason.MALFORMED);
        }
        byte[] zstd = Zstd.compress("0123456789".repeat(30).getBytes(StandardCharsets.US_ASCII));
        for (int length = 1; length < zstd.length; length++) {
            assertRefused(Encoding.ZSTD, Arrays.copyOf(zstd, length), RejectReason.MALFORMED);
        }
    }

    @Test
    void RW21_snappyLengthThatNoBlockCanHave_isRefusedBeforeAnythingIsAllocated() {
        byte[] lying = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 0, 'x'};
        assertRefused(Encoding.SNAPPY, lying, RejectReason.MALFORMED);
        byte[] beyondAnInteger = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 0, 'x'};
        assertRefused(Encoding.SNAPPY, beyondAnInteger, RejectReason.MALFORMED);
    }

    @Test
    void snappyCutOffOrChanged_isRefused() throws Exception {
        byte[] snappy = Snappy.compress("0123456789".repeat(30));
        for (int length = 0; length < snappy.length; length++) {
            assertRefused(Encoding.SNAPPY, Arrays.copyOf(snappy, length), RejectReason.MALFORMED);
        }
        snappy[0]++;
        assertRefused(Encoding.SNAPPY, snappy, RejectReason.MALFORMED);
    }

    @Test
    void garbageAfterTheLastMember_isRefused() throws Exception {
        byte[] gzip = gzip(new byte[10]);
        assertRefused(Encoding.GZIP, Arrays.copyOf(gzip, gzip.length + 20), RejectReason.MALFORMED);
    }

    @Test
    void bodyOfExactlyTheLimit_isRead_oneByteMoreIsNot() throws Exception {
        for (Encoding encoding : Encoding.values()) {
            assertThat(read(encoding, encoded(encoding, LIMIT))).hasSize(LIMIT);
            assertRefused(encoding, encoded(encoding, LIMIT + 1), RejectReason.OVERSIZE);
        }
    }

    private static byte[] encoded(Encoding encoding, int size) throws IOException {
        return switch (encoding) {
            case IDENTITY -> new byte[size];
            case GZIP -> gzip(new byte[size]);
            case ZSTD -> Zstd.compress(new byte[size]);
            case SNAPPY -> Snappy.compress(new byte[size]);
        };
    }
}
