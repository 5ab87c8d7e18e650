/**
 * What all receivers share: limits, the way from a body to an accepted log entry, and the counters
 * that show it.
 */
@NullMarked
package io.sluice.collector.receive;

import org.jspecify.annotations.NullMarked;
