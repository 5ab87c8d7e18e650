/**
 * Files of other tools as objects of this language. Readers here make the model themselves, so that
 * a problem speaks of the key that its file has.
 */
@NullMarked
package io.sluice.definitions.imports;

import org.jspecify.annotations.NullMarked;
