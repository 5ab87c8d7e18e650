/** The composition root and the command line. */
@NullMarked
package io.sluice.server;

import org.jspecify.annotations.NullMarked;
