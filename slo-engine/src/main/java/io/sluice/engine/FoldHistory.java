package io.sluice.engine;

import io.sluice.engine.fold.Fold;
import io.sluice.engine.slo.History;

import java.util.Optional;
import java.util.OptionalDouble;

/** Since when measures are counted, as the fold knows it. Thread-safe. */
record FoldHistory(Fold fold) implements History {
    @Override
    public Optional<String> predecessor(String measure) {
        return fold.predecessor(measure);
    }

    @Override
    public long countedSince(String measure) {
        return fold.countedSince(measure);
    }

    @Override
    public OptionalDouble progress(String measure) {
        return fold.retroactive()
                .filter(job -> job.measures().contains(measure))
                .map(job -> OptionalDouble.of(job.progress(fold.appliedOffset())))
                .orElse(OptionalDouble.empty());
    }
}
