package io.sluice.engine.migration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.Migration.Criterion;
import io.sluice.engine.migration.MigrationStatus.Attested;
import io.sluice.engine.store.Store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What people said of a migration's criteria, kept with the store for good. What was said is never
 * changed; the newest counts. Thread-safe.
 */
public final class Attestations {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<Kept>> LIST = new TypeReference<>() {};

    /** A migration takes a year or two; who says more than this has a loop. */
    public static final int MOST = 10_000;

    private final Store store;

    /** As it is stored. */
    record Kept(String phase, String criterion, String principal, String at, String note) {
        Attested attested() {
            return new Attested(phase, criterion, principal, Instant.parse(at), note);
        }
    }

    /** Reads from and writes to this one. */
    public Attestations(Store store) {
        this.store = store;
    }

    /** Everything that was said of a migration, oldest first. */
    public List<Attested> all(String migration) {
        return kept(migration).stream().map(Kept::attested).toList();
    }

    /**
     * Keeps what somebody said. On disk on return.
     *
     * @throws NoSuchElementException if the definitions have no such criterion
     * @throws IllegalArgumentException if it is none that is attested
     * @throws IllegalStateException if there are {@link #MOST} already
     */
    public void add(DefinitionSet definitions, String migration, Attested attested) {
        Criterion criterion =
                Optional.ofNullable(definitions.migrations().get(migration))
                        .flatMap(m -> m.criterion(attested.phase(), attested.criterion()))
                        .orElseThrow(
                                () ->
                                        new NoSuchElementException(
                                                "no criterion " + attested.criterion()));
        if (!(criterion instanceof Migration.Attestation)) {
            throw new IllegalArgumentException(
                    criterion.name() + " is measured; nobody's word changes it");
        }
        add(migration, attested);
    }

    private synchronized void add(String migration, Attested attested) {
        List<Kept> all = new ArrayList<>(kept(migration));
        if (all.size() >= MOST) {
            throw new IllegalStateException(
                    migration + " has " + MOST + " attestations, more are not kept");
        }
        all.add(
                new Kept(
                        attested.phase(),
                        attested.criterion(),
                        attested.principal(),
                        attested.at().toString(),
                        attested.note()));
        String json = write(all);
        store.commit(tx -> tx.putMeta(key(migration), json));
    }

    private static String write(List<Kept> all) {
        try {
            return JSON.writeValueAsString(all);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts are always JSON", e);
        }
    }

    private List<Kept> kept(String migration) {
        Optional<String> json = store.meta(key(migration));
        if (json.isEmpty()) {
            return List.of();
        }
        try {
            return JSON.readValue(json.get(), LIST);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored attestations cannot be read", e);
        }
    }

    private static String key(String migration) {
        return "migration/" + migration + "/attestations";
    }
}
