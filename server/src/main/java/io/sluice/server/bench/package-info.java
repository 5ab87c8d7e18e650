/** Load that measures the running product from outside. */
@NullMarked
package io.sluice.server.bench;

import org.jspecify.annotations.NullMarked;
