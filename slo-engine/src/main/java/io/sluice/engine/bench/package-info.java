/** Measures the engine by itself, without a server: what a look costs, and what history takes. */
@NullMarked
package io.sluice.engine.bench;

import org.jspecify.annotations.NullMarked;
