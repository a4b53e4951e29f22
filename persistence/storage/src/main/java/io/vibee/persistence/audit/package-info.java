/** Reads a person's own journal. */
@NullMarked
package io.vibee.persistence.audit;

import org.jspecify.annotations.NullMarked;
