/**
 * Bytes from outside: bounded walks over protobuf and JSON, and bounded decompression. Knows no
 * signal.
 */
@NullMarked
package io.sluice.collector.wire;

import org.jspecify.annotations.NullMarked;
