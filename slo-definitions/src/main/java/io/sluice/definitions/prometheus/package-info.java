/** The same objectives as rules of a Prometheus server. */
@NullMarked
package io.sluice.definitions.prometheus;

import org.jspecify.annotations.NullMarked;
