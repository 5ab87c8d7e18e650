/**
 * One request's body in, what it contributes out: the pure first half of everything that is
 * counted. A receiver plugs in here with a {@link io.sluice.collector.extract.Decoder} for its kind
 * of log entry.
 */
@NullMarked
package io.sluice.collector.extract;

import org.jspecify.annotations.NullMarked;
