/**
 * From the model back to text: what a person or another tool can read, and {@code sluice} again.
 */
@NullMarked
package io.sluice.definitions.write;

import org.jspecify.annotations.NullMarked;
