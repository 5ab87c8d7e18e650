/** Virtual users, who visit the shop through the proxy. */
@NullMarked
package io.sluice.examples.load;

import org.jspecify.annotations.NullMarked;
