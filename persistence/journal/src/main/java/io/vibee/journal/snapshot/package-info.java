/** Pekko Persistence's snapshot store on PostgreSQL. */
@NullMarked
package io.vibee.journal.snapshot;

import org.jspecify.annotations.NullMarked;
