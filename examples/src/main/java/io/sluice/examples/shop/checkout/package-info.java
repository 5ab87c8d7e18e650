/**
 * The platform's Checkout Core: a saga with compensations, idempotency keys, and the two builds of
 * its cart lock.
 */
@NullMarked
package io.sluice.examples.shop.checkout;

import org.jspecify.annotations.NullMarked;
