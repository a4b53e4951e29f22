/** Unfinished work: the journal writes the table, and the sweep reads it. */
@NullMarked
package io.vibee.persistence.recovery;

import org.jspecify.annotations.NullMarked;
