/** Four weeks of the monolith's past, told to Sluice as a backfill. */
@NullMarked
package io.sluice.examples.history;

import org.jspecify.annotations.NullMarked;
