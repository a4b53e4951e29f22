/** What the journal does while its database, its network or its own process fails. */
@NullMarked
package io.vibee.journal.faults;

import org.jspecify.annotations.NullMarked;
