/**
 * Pages for people, rendered on the server. Each has a view record that says everything in words
 * and ready numbers, and a template that only places them.
 */
@NullMarked
package io.sluice.dashboard.pages;

import org.jspecify.annotations.NullMarked;
