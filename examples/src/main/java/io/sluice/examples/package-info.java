/** A shop that migrates, and how it uses Sluice. */
@NullMarked
package io.sluice.examples;

import org.jspecify.annotations.NullMarked;
