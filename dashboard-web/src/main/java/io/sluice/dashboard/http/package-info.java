/** What every answer shares: JSON in and out, and problems as {@code application/problem+json}. */
@NullMarked
package io.sluice.dashboard.http;

import org.jspecify.annotations.NullMarked;
