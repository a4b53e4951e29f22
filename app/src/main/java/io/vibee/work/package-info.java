/**
 * What wakes unfinished work after a crash.
 */
@NullMarked
package io.vibee.work;

import org.jspecify.annotations.NullMarked;
