/** What all services of the shop share. */
@NullMarked
package io.sluice.examples.shop;

import org.jspecify.annotations.NullMarked;
