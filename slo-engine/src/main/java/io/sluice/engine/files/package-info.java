/** How the engine makes files: for their owner only, and there after a loss of power. */
@NullMarked
package io.sluice.engine.files;

import org.jspecify.annotations.NullMarked;
