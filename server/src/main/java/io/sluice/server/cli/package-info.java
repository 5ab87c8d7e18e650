/** The command line: one class per command. */
@NullMarked
package io.sluice.server.cli;

import org.jspecify.annotations.NullMarked;
