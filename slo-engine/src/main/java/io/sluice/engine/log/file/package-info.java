/** The ingest log in files that are only ever appended to. */
@NullMarked
package io.sluice.engine.log.file;

import org.jspecify.annotations.NullMarked;
