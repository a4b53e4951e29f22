/**
 * What wakes unfinished work after a crash.
 */
@NullMarked
package io.vibee.recovery;

import org.jspecify.annotations.NullMarked;
