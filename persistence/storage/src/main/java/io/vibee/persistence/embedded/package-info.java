/** The PostgreSQL server that Vibee starts itself when it is given none. */
@NullMarked
package io.vibee.persistence.embedded;

import org.jspecify.annotations.NullMarked;
