/** How events arrive. */
@NullMarked
package io.sluice.collector;

import org.jspecify.annotations.NullMarked;
