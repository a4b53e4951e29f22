/** Pekko Persistence Query on the journal. */
@NullMarked
package io.vibee.journal.query;

import org.jspecify.annotations.NullMarked;
