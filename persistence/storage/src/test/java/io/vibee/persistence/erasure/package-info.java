/** The specification of the session rows, against a real PostgreSQL. */
@NullMarked
package io.vibee.persistence.erasure;

import org.jspecify.annotations.NullMarked;
