/** Budgets and burn rates, evaluated at an instant. */
@NullMarked
package io.sluice.engine.slo;

import org.jspecify.annotations.NullMarked;
