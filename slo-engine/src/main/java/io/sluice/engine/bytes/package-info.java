/** Numbers in as few bytes as they need: what hours, sketches and counters are stored as. */
@NullMarked
package io.sluice.engine.bytes;

import org.jspecify.annotations.NullMarked;
