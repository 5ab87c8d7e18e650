/**
 * What we promise: the definition language, from a file's text to a checked {@code DefinitionSet}.
 */
@NullMarked
package io.sluice.definitions;

import org.jspecify.annotations.NullMarked;
