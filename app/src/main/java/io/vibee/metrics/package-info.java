/** What Vibee counts and measures about itself, and how a scrape reads it. */
@NullMarked
package io.vibee.metrics;

import org.jspecify.annotations.NullMarked;
