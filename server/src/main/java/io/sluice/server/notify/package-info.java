/** Delivery of alerts over HTTP. */
@NullMarked
package io.sluice.server.notify;

import org.jspecify.annotations.NullMarked;
