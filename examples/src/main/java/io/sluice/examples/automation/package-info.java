/**
 * The cutover automation: moves traffic step by step, as Sluice's gate allows. It knows nothing but
 * Sluice's public API.
 */
@NullMarked
package io.sluice.examples.automation;

import org.jspecify.annotations.NullMarked;
