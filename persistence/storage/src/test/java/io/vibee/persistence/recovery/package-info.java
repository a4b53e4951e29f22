/** The specification of the unfinished rows, against a real PostgreSQL. */
@NullMarked
package io.vibee.persistence.recovery;

import org.jspecify.annotations.NullMarked;
