/**
 * What is happening: from accepted requests to counts, budgets, alerts and gate decisions. Packages
 * lie in the order in which data flows: log, measure, fold, series, store, slo, alert, cutover,
 * results. {@link io.sluice.engine.EngineRuntime} says how it flows and on which threads, and
 * {@link io.sluice.engine.SloEngine} what may be asked.
 */
@NullMarked
package io.sluice.engine;

import org.jspecify.annotations.NullMarked;
