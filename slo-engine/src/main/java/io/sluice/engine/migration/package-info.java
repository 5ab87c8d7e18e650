/** How far a migration is, phase by phase, and whether the old system may be switched off. */
@NullMarked
package io.sluice.engine.migration;

import org.jspecify.annotations.NullMarked;
