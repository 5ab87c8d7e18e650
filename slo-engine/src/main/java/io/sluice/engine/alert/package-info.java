/** Alerts: state that survives a restart, and an outbox that tells at least once. */
@NullMarked
package io.sluice.engine.alert;

import org.jspecify.annotations.NullMarked;
