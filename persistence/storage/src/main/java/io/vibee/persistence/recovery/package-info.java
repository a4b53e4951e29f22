/** What still has something to do: the table that the journal keeps and the sweep reads. */
@NullMarked
package io.vibee.persistence.recovery;

import org.jspecify.annotations.NullMarked;
