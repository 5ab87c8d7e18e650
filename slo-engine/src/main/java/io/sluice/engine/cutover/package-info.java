/** Runs, strata, sequential evidence, and the gate's decision. */
@NullMarked
package io.sluice.engine.cutover;

import org.jspecify.annotations.NullMarked;
