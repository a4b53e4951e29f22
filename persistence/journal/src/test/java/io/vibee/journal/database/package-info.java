/** The database package's specification, and the test database that all modules share. */
@NullMarked
package io.vibee.journal.database;

import org.jspecify.annotations.NullMarked;
