/**
 * The limits that Sluice keeps, in one table: how each is called and set, how near it is, and how
 * often it was reached.
 */
@NullMarked
package io.sluice.engine.limit;

import org.jspecify.annotations.NullMarked;
