/** Apply: one thread that takes requests in log order and makes counts of them. */
@NullMarked
package io.sluice.engine.fold;

import org.jspecify.annotations.NullMarked;
