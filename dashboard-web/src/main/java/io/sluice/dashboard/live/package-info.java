/** Tells open pages that something changed. */
@NullMarked
package io.sluice.dashboard.live;

import org.jspecify.annotations.NullMarked;
