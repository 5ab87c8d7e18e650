package io.sluice.server;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads definition sets again that the ingest log keeps. A start asks for the very set that it has
 * just read from the folder, so the latest one is not read twice. Thread-safe.
 */
final class LoggedDefinitions implements Function<List<SourceFile>, DefinitionSet> {
    private volatile Optional<DefinitionSet> latest;

    /**
     * @param read what is known already, if anything is
     */
    LoggedDefinitions(Optional<DefinitionSet> read) {
        this.latest = read;
    }

    /**
     * The set that these files are.
     *
     * @throws IllegalStateException if they have errors; they were valid when they went in
     */
    @Override
    public DefinitionSet apply(List<SourceFile> files) {
        Optional<DefinitionSet> known = latest.filter(set -> set.files().equals(files));
        if (known.isPresent()) {
            return known.get();
        }
        DefinitionSet read = read(files);
        latest = Optional.of(read);
        return read;
    }

    private static DefinitionSet read(List<SourceFile> files) {
        return new DefinitionLoader()
                .loadSources(files)
                .definitions()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "definitions in the log are no longer valid"));
    }
}
