/**
 * Prometheus's way: targets expose their counts as text, and Sluice comes and reads them. Text
 * format 0.0.4 and 1.0.0, OpenMetrics 1.0, protobuf.
 */
@NullMarked
package io.sluice.collector.scrape;

import org.jspecify.annotations.NullMarked;
