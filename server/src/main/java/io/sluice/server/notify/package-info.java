/** Delivery of alerts over HTTP, in the forms that receivers understand. */
@NullMarked
package io.sluice.server.notify;

import org.jspecify.annotations.NullMarked;
