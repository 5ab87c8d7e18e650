/** How Sluice opens SQLite files. */
@NullMarked
package io.sluice.engine.sqlite;

import org.jspecify.annotations.NullMarked;
