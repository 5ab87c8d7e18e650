/** Who may ask what: the checks that every request passes before anything looks at it. */
@NullMarked
package io.sluice.dashboard.security;

import org.jspecify.annotations.NullMarked;
