/**
 * What each operation of the API is, said once: the same objects read a request, answer it, and
 * describe both in OpenAPI 3.1.
 */
@NullMarked
package io.sluice.dashboard.openapi;

import org.jspecify.annotations.NullMarked;
