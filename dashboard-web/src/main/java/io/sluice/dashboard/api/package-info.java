/**
 * {@code /api/v1}: the engine's answers as JSON. The wire's shapes are records of their own, so
 * that a change in the engine cannot change the API by accident; within the version they only grow.
 */
@NullMarked
package io.sluice.dashboard.api;

import org.jspecify.annotations.NullMarked;
