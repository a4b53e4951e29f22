/** The connection to PostgreSQL: its address, pool and migrations, and the server that Vibee starts itself when given none. */
@NullMarked
package io.vibee.persistence.database;

import org.jspecify.annotations.NullMarked;
