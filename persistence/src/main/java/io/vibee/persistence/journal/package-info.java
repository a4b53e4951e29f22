/** The event journal: Pekko Persistence's plugin on PostgreSQL, whose concurrent writes share transactions. */
@NullMarked
package io.vibee.persistence.journal;

import org.jspecify.annotations.NullMarked;
