/** Reads traces back from the ingest log. */
@NullMarked
package io.sluice.collector.trace;

import org.jspecify.annotations.NullMarked;
