/**
 * What is simulated in the shop: how long work takes, when it fails, and chance itself, all from
 * one seed.
 */
@NullMarked
package io.sluice.examples.simulation;

import org.jspecify.annotations.NullMarked;
