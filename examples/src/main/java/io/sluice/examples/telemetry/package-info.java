/**
 * What the shop's services have in common when they speak to Sluice: one OpenTelemetry SDK per
 * service, Micrometer, and a span processor that never loses a span.
 */
@NullMarked
package io.sluice.examples.telemetry;

import org.jspecify.annotations.NullMarked;
