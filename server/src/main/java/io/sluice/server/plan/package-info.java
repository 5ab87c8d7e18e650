/** What putting definition files in force on a running server would change there. */
@NullMarked
package io.sluice.server.plan;

import org.jspecify.annotations.NullMarked;
