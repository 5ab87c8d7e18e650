/** What scraping, remote write and queries have in common: how Prometheus says things. */
@NullMarked
package io.sluice.collector.prometheus;

import org.jspecify.annotations.NullMarked;
