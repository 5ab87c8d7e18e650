/** OpenTelemetry's protocol: traces and metrics, as protobuf and JSON, over HTTP. */
@NullMarked
package io.sluice.collector.otlp;

import org.jspecify.annotations.NullMarked;
