package io.sluice.definitions.imports;

import io.sluice.definitions.model.Service;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.yaml.Value;

import java.util.List;
import java.util.Optional;

/**
 * What a document of another tool says in this language.
 *
 * @param service that its objectives are promised for, and that no object need declare; absent
 *     where its name is wrong
 * @param slos those whose names could be read
 */
public record Imported(Optional<Service> service, List<Named> slos) {
    /** A document of which nothing could be read; what is wrong was reported. */
    static final Imported NOTHING = new Imported(Optional.empty(), List.of());

    public Imported {
        slos = List.copyOf(slos);
    }

    /**
     * An SLO by its name, so that a reference to one that is wrong does not dangle.
     *
     * @param at where the name stands
     * @param slo absent where something in it is wrong, which was reported
     */
    public record Named(String name, Value at, Optional<Slo> slo) {}
}
