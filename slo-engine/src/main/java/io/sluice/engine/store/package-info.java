/** What survives a restart, behind one narrow seam. */
@NullMarked
package io.sluice.engine.store;

import org.jspecify.annotations.NullMarked;
