/** What was normal, recorded before anything moved, and kept for good. */
@NullMarked
package io.sluice.engine.baseline;

import org.jspecify.annotations.NullMarked;
