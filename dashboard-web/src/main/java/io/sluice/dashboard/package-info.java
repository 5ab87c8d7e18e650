/**
 * How people and automation see it: an HTTP API under {@code /api/v1}, pages for people, and their
 * live updates. Reads the engine's answers and turns them into small view records; counts nothing
 * itself.
 */
@NullMarked
package io.sluice.dashboard;

import org.jspecify.annotations.NullMarked;
