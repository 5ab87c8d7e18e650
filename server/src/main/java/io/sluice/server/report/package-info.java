/** How definition problems are told: to people, to programs, to a workflow's log. */
@NullMarked
package io.sluice.server.report;

import org.jspecify.annotations.NullMarked;
