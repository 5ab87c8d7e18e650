/** What stored traffic says of definitions, whether or not they are in force. */
@NullMarked
package io.sluice.engine.outlook;

import org.jspecify.annotations.NullMarked;
