/** The platform's Product Catalog: read-heavy, with a cache in front of the product data. */
@NullMarked
package io.sluice.examples.shop.catalog;

import org.jspecify.annotations.NullMarked;
