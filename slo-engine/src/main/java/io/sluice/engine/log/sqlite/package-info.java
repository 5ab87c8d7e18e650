/** The ingest log in SQLite files beside the store. */
@NullMarked
package io.sluice.engine.log.sqlite;

import org.jspecify.annotations.NullMarked;
