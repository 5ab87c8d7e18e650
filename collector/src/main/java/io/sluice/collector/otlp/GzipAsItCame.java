package io.sluice.collector.otlp;

import io.grpc.Decompressor;

import java.io.InputStream;

/**
 * Lets compressed messages through as they are. gRPC would decompress them on the thread that
 * serves the network, and the log would compress them again.
 */
final class GzipAsItCame implements Decompressor {

    private static final int MAGIC_1 = 0x1f;
    private static final int MAGIC_2 = 0x8b;

    @Override
    public String getMessageEncoding() {
        return "gzip";
    }

    @Override
    public InputStream decompress(InputStream message) {
        return message;
    }

    /**
     * Whether a message was let through compressed. gRPC does not tell, but the first byte of gzip
     * can be no first byte of protobuf: it would announce a field of wire type 7, which there is
     * not.
     */
    static boolean isGzip(byte[] message) {
        return message.length >= 2
                && Byte.toUnsignedInt(message[0]) == MAGIC_1
                && Byte.toUnsignedInt(message[1]) == MAGIC_2;
    }
}
