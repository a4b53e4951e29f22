/** What the journal does while its database, its network or its own process fails. */
@NullMarked
package io.vibee.persistence.faults;

import org.jspecify.annotations.NullMarked;
