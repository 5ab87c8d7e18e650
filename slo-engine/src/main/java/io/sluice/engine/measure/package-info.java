/** What is counted, compiled from definitions, and what one request contributes to it. */
@NullMarked
package io.sluice.engine.measure;

import org.jspecify.annotations.NullMarked;
