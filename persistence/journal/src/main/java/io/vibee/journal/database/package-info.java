/** Bounded access to PostgreSQL: its address, a pool of connections, statements, and migrations. */
@NullMarked
package io.vibee.journal.database;

import org.jspecify.annotations.NullMarked;
