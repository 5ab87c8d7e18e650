/** The demo: composes all parts, tells the story, and judges whether it ended as it should. */
@NullMarked
package io.sluice.examples.demo;

import org.jspecify.annotations.NullMarked;
