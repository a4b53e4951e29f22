/** Turns the journal into tables to read from. One transaction stores the rows of a batch and the position behind it. */
@NullMarked
package io.vibee.journal.projection;

import org.jspecify.annotations.NullMarked;
