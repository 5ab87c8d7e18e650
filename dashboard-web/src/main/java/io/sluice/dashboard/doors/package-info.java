/**
 * One gate, several doors: the same decision, in the words of each automation that asks for it. A
 * door only says what was decided; it decides nothing.
 */
@NullMarked
package io.sluice.dashboard.doors;

import org.jspecify.annotations.NullMarked;
