/** Definition files on disk, followed while the server runs. */
@NullMarked
package io.sluice.server.watch;

import org.jspecify.annotations.NullMarked;
