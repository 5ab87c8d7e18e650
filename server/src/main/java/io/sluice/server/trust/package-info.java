/** Who may come in: tokens, and the certificates by which both sides know each other. */
@NullMarked
package io.sluice.server.trust;

import org.jspecify.annotations.NullMarked;
