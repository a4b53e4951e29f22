/** A person's own journal, read back. */
@NullMarked
package io.vibee.persistence.audit;

import org.jspecify.annotations.NullMarked;
