/**
 * The measure plan, compiled: one pass over an event's attributes says which measures it changes.
 */
@NullMarked
package io.sluice.collector.match;

import org.jspecify.annotations.NullMarked;
