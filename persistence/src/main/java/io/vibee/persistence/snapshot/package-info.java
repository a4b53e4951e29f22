/** Pekko Persistence's snapshot store on PostgreSQL. */
@NullMarked
package io.vibee.persistence.snapshot;

import org.jspecify.annotations.NullMarked;
