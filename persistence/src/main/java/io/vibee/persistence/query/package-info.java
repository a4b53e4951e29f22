/** Pekko Persistence Query on the journal. */
@NullMarked
package io.vibee.persistence.query;

import org.jspecify.annotations.NullMarked;
