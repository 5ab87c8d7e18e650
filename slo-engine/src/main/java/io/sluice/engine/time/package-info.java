/** Which time it is, when the machine's clock cannot be relied on; and a time from and to. */
@NullMarked
package io.sluice.engine.time;

import org.jspecify.annotations.NullMarked;
