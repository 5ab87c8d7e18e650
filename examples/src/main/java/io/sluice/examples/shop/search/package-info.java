/** The platform's Search. */
@NullMarked
package io.sluice.examples.shop.search;

import org.jspecify.annotations.NullMarked;
