package io.sluice.engine;

import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.Run;
import io.sluice.engine.results.Results;
import io.sluice.engine.store.Store;

import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;

/** Stands in for the cutover desk and the results table until they are wired. */
final class NoCutovers {
    void tick(Instant now) {}

    void checkpoint(Store.Transaction tx) {}

    void committed() {}

    List<CutoverStatus> statuses(Instant now) {
        return List.of();
    }

    Optional<Decision> decision(String cutover, OptionalDouble share, Instant now) {
        return Optional.empty();
    }

    List<Decision> decisions(String cutover, int limit) {
        return List.of();
    }

    Optional<String> evidence(String id) {
        return Optional.empty();
    }

    @SuppressWarnings("DoNotCallSuggester")
    Run startRun(String cutover, String revision, String principal, Instant now) {
        throw new NoSuchElementException("no cutover named " + cutover);
    }

    @SuppressWarnings("DoNotCallSuggester")
    Run.StepReport reportStep(String cutover, int run, int index, double share, Instant now) {
        throw new NoSuchElementException("no cutover named " + cutover);
    }

    List<Results> results() {
        return List.of();
    }
}
