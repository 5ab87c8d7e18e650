/** The ingest log: everything accepted, in one order, on disk before the answer. */
@NullMarked
package io.sluice.engine.log;

import org.jspecify.annotations.NullMarked;
