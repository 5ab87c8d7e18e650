/** The migration's table: before against after. */
@NullMarked
package io.sluice.engine.results;

import org.jspecify.annotations.NullMarked;
