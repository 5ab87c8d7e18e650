/**
 * The source {@code prometheus}: PromQL that a definition names is asked of a server that speaks
 * Prometheus's HTTP API, over time and over the past, and the answers are records like everything
 * that is sent to us.
 */
@NullMarked
package io.sluice.collector.query;

import org.jspecify.annotations.NullMarked;
