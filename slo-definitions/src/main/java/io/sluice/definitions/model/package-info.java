/**
 * The checked model of the definition language: immutable values in which an illegal state cannot
 * exist.
 */
@NullMarked
package io.sluice.definitions.model;

import org.jspecify.annotations.NullMarked;
