/** How people and automation see it. */
@NullMarked
package io.sluice.dashboard;

import org.jspecify.annotations.NullMarked;
