/** The event journal: Pekko Persistence's plugin on PostgreSQL, whose concurrent writes share transactions. */
@NullMarked
package io.vibee.journal;

import org.jspecify.annotations.NullMarked;
