/** The specification of the key hierarchy, against a real PostgreSQL. */
@NullMarked
package io.vibee.persistence.keys;

import org.jspecify.annotations.NullMarked;
