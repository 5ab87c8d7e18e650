/**
 * The strangler proxy: the single entry point, which sends each path to the monolith or to a new
 * service.
 */
@NullMarked
package io.sluice.examples.proxy;

import org.jspecify.annotations.NullMarked;
