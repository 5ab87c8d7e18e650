/**
 * Reads YAML by hand, with care: every value knows its place, every problem is reported at once,
 * nothing a text says can hurt. Definitions and the server's configuration are read with it.
 */
@NullMarked
package io.sluice.definitions.yaml;

import org.jspecify.annotations.NullMarked;
