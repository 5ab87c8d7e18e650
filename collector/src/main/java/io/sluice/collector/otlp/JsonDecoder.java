package io.sluice.collector.otlp;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.wire.JsonToProto;
import io.sluice.collector.wire.JsonToProto.Field;
import io.sluice.collector.wire.ProtoWriter;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.MalformedRequestException;

import java.util.Map;

/** Reads OTLP/JSON by turning it into protobuf first: one reader, one meaning. */
final class JsonDecoder implements Decoder {

    private final Decoder protobuf;
    private final Map<String, Field> schema;

    JsonDecoder(Decoder protobuf, Map<String, Field> schema) {
        this.protobuf = protobuf;
        this.schema = schema;
    }

    @Override
    public String kind() {
        return OtlpFormat.JSON.kind(protobuf.kind());
    }

    @Override
    public String signal() {
        return protobuf.signal();
    }

    @Override
    public boolean repeats() {
        return protobuf.repeats();
    }

    @Override
    public void decode(LogEntry entry, byte[] body, int length, Accumulator into)
            throws MalformedRequestException {
        ProtoWriter request = JsonToProto.transcode(body, length, schema);
        protobuf.decode(entry, request.buffer(), request.size(), into);
    }
}
