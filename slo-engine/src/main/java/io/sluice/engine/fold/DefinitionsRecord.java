package io.sluice.engine.fold;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.log.LogEntry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A definition set as it lies in the ingest log: the files as JSON, {@code [{"path":…,"text":…}]}.
 */
public final class DefinitionsRecord {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<SourceFile>> FILES = new TypeReference<>() {};

    private DefinitionsRecord() {}

    /** The record that puts a set in force. */
    public static LogEntry entry(DefinitionSet definitions, long receivedAtNanos) {
        return new LogEntry(
                LogEntry.DEFINITIONS,
                "",
                false,
                receivedAtNanos,
                LogEntry.Encoding.IDENTITY,
                Map.of("digest", definitions.digest()),
                toJson(definitions.files()).getBytes(StandardCharsets.UTF_8));
    }

    /** The files of a definitions record. */
    static List<SourceFile> files(LogEntry entry) {
        byte[] body =
                switch (entry.encoding()) {
                    case IDENTITY -> entry.body();
                    case ZSTD ->
                            Zstd.decompress(
                                    entry.body(),
                                    Math.toIntExact(Zstd.getFrameContentSize(entry.body())));
                    case GZIP, SNAPPY ->
                            throw new IllegalStateException(
                                    "definitions are never logged as " + entry.encoding());
                };
        return fromJson(new String(body, StandardCharsets.UTF_8));
    }

    static String toJson(List<SourceFile> files) {
        try {
            return JSON.writeValueAsString(files);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts are always JSON", e);
        }
    }

    /**
     * @throws IllegalStateException if this is not what {@link #toJson} wrote
     */
    static List<SourceFile> fromJson(String json) {
        try {
            return JSON.readValue(json, FILES);
        } catch (IOException e) {
            throw new IllegalStateException("a stored definition set cannot be read", e);
        }
    }
}
