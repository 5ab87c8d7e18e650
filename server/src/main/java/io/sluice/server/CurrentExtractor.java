package io.sluice.server;

import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MeasurePlan;

import java.util.function.Supplier;

/**
 * The extractor of the definition set in force, compiled once per set. Thread-safe; two threads
 * that meet a new set at once may both compile it, and either result is right.
 */
final class CurrentExtractor implements Supplier<Extractor> {
    private final Supplier<MeasurePlan> plan;
    private final Extractor.Factory factory;
    private volatile Compiled current;

    private record Compiled(MeasurePlan plan, Extractor extractor) {}

    CurrentExtractor(Supplier<MeasurePlan> plan, Extractor.Factory factory) {
        this.plan = plan;
        this.factory = factory;
        this.current = compile(plan.get());
    }

    @Override
    public Extractor get() {
        MeasurePlan now = plan.get();
        Compiled compiled = current;
        if (compiled.plan() != now) {
            compiled = compile(now);
            current = compiled;
        }
        return compiled.extractor();
    }

    private Compiled compile(MeasurePlan of) {
        return new Compiled(of, factory.compile(of));
    }
}
