/**
 * An event bus with retries and dead letters, which takes over what the monolith did while the
 * customer waited.
 */
@NullMarked
package io.sluice.examples.shop.bus;

import org.jspecify.annotations.NullMarked;
