/** What goes and asks: HTTP to servers that are scraped or queried, in bounded time and memory. */
@NullMarked
package io.sluice.collector.ask;

import org.jspecify.annotations.NullMarked;
