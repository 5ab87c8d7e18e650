/** The legacy monolith: every path of the shop in one process. */
@NullMarked
package io.sluice.examples.shop.monolith;

import org.jspecify.annotations.NullMarked;
