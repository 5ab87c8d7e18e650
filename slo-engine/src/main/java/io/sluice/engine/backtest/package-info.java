/** Alert policies, tried on stored history. */
@NullMarked
package io.sluice.engine.backtest;

import org.jspecify.annotations.NullMarked;
