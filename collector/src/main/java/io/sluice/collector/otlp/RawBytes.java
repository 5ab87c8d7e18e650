package io.sluice.collector.otlp;

import io.grpc.MethodDescriptor;
import io.grpc.Status;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Messages as the bytes that they are: the decoders read them where they lie. */
final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {

    static final RawBytes INSTANCE = new RawBytes();

    private RawBytes() {}

    @Override
    public InputStream stream(byte[] message) {
        return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
        try {
            // gRPC hands over whole messages and knows their length, so this is one copy.
            byte[] message = new byte[stream.available()];
            int length = stream.readNBytes(message, 0, message.length);
            byte[] rest = stream.readAllBytes();
            if (length == message.length && rest.length == 0) {
                return message;
            }
            byte[] whole = Arrays.copyOf(message, length + rest.length);
            System.arraycopy(rest, 0, whole, length, rest.length);
            return whole;
        } catch (IOException e) {
            throw Status.UNAVAILABLE
                    .withDescription("the message did not come whole")
                    .withCause(e)
                    .asRuntimeException();
        }
    }
}
