/** The store in one SQLite file, through jOOQ. Tables are generated from the migrations. */
@NullMarked
package io.sluice.engine.store.sqlite;

import org.jspecify.annotations.NullMarked;
