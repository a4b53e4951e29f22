/** Answers that need not be asked for again: nothing is lost with them. */
@NullMarked
package io.vibee.persistence.cache;

import org.jspecify.annotations.NullMarked;
