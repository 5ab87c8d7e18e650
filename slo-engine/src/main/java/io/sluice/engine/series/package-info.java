/** Counts in time: buckets, hours, tiers, sketches and exact window sums. */
@NullMarked
package io.sluice.engine.series;

import org.jspecify.annotations.NullMarked;
