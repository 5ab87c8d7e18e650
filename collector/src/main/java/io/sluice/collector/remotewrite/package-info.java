/**
 * Prometheus's remote write, 1.0 and 2.0: a server sends on what it has scraped, or computed by
 * recording rules.
 */
@NullMarked
package io.sluice.collector.remotewrite;

import org.jspecify.annotations.NullMarked;
