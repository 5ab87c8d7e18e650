/** The platform's Cart: conditional writes with optimistic locking. */
@NullMarked
package io.sluice.examples.shop.cart;

import org.jspecify.annotations.NullMarked;
