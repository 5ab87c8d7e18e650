/** What Sluice says of itself. */
@NullMarked
package io.sluice.server.telemetry;

import org.jspecify.annotations.NullMarked;
