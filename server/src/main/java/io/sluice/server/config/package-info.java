/** The server's configuration, read with every problem at once. */
@NullMarked
package io.sluice.server.config;

import org.jspecify.annotations.NullMarked;
