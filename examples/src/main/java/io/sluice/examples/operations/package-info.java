/** Emitters of operational figures: cost, cold starts, connection pools. */
@NullMarked
package io.sluice.examples.operations;

import org.jspecify.annotations.NullMarked;
